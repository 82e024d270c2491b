import { expect, test } from 'vitest';
import type { BuildHostFacts, BuildTree } from '../../../src/facts/host-facts.ts';
import type { ElfBuildId, KernelRelease, Machine, ModuleName } from '../../../src/model/ids.ts';
import type { KernelGroupId } from '../../../src/model/plan.ts';
import { artifactKey, scriptFileName } from '../../../src/module/cache/artifact-key.ts';
import { stapArgv } from '../../../src/module/stap/stap-argv.ts';
import type { BuildInputs } from '../../../src/plan/builds/plan-builds.ts';

const release = '6.1.0-56' as KernelRelease;
const machine = 'x86_64' as Machine;
const build: BuildInputs['build'] = {
  module: 'io' as ModuleName,
  kernelGroup: '6.1.0-56/x86_64' as KernelGroupId,
  release,
  machine,
  source: { path: 'scripts/io.stp', text: 'probe begin { exit() }' },
  args: ['1', '5'],
  options: { guru: false, defines: {}, beltSeconds: 120 },
};
const tree: BuildTree = { release, headers: 'present', path: '/lib/modules/6.1.0-56/build', identity: 'abc' };
const builder: BuildHostFacts = {
  kernel: { release, machine, version: '#1' },
  os: { like: [] },
  user: { name: 'root', uid: 0 },
  stap: { path: '/usr/bin/stap', version: '5.1', banner: 'Systemtap (version 5.1/0.192)' },
  cpus: 2,
  buildDirectory: '/var/tmp',
  freeBytes: 1e9,
  trees: [tree],
};
const key = artifactKey({ build, builder, tree });

test('is 64 hexadecimal digits, and the same for the same', () => {
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(artifactKey(structuredClone({ build, builder, tree }))).toBe(key);
});

const changed = (changes: Partial<BuildInputs['build']>): BuildInputs => ({
  build: { ...build, ...changes },
  builder,
  tree,
});

test.each<readonly [string, BuildInputs]>([
  ['the text', changed({ source: { ...build.source, text: 'probe end {}' } })],
  ['an argument', changed({ args: ['1', '6'] })],
  ['how arguments are cut', changed({ args: ['1 5'] })],
  ['the module', changed({ module: 'io2' as ModuleName })],
  ['the release', changed({ release: '6.1.0-55' as KernelRelease })],
  ['the machine', changed({ machine: 'aarch64' as Machine })],
  ['a probed binary', changed({ binaries: [{ path: '/usr/bin/db', buildId: '459f' as ElfBuildId }] })],
  ['guru', changed({ options: { ...build.options, guru: true } })],
  ['a define', changed({ options: { ...build.options, defines: { MAXACTION: '9' } } })],
  ['the belt', changed({ options: { ...build.options, beltSeconds: 300 } })],
  ['the build tree', { build, builder, tree: { ...tree, identity: 'abd' } }],
  ['UTS_VERSION', { build, builder, tree: { ...tree, utsVersion: '#1' } }],
  ['the debuginfo', { build, builder, tree: { ...tree, debuginfo: { path: '/x', identity: '1' } } }],
  ['stap', { build, tree, builder: { ...builder, stap: { path: '/usr/bin/stap', version: '5.2', banner: '5.2' } } }],
  [
    "stap's own options",
    {
      build,
      tree,
      builder: { ...builder, stap: { path: '', version: '5.1', banner: 'Systemtap (version 5.1/0.192)', rc: '12 3' } },
    },
  ],
  ['the compiler', { build, tree, builder: { ...builder, compiler: { path: 'gcc', version: '12' } } }],
])('changes with %s', (_what, inputs) => {
  expect(artifactKey(inputs)).not.toBe(key);
});

test.each<readonly [string, BuildInputs]>([
  ['where the script lies', changed({ source: { ...build.source, path: '/elsewhere/io.stp' } })],
])('does not change with %s', (_what, inputs) => {
  expect(artifactKey(inputs)).toBe(key);
});

test.each([
  ['a/b/io_top.stp', 'io_top.stp'],
  ['io.stp', 'io.stp'],
  ['-x.stp', 'script.stp'],
  ['a b.stp', 'script.stp'],
  ['Grüße.stp', 'script.stp'],
])('%s is called %s on the build host', (path, name) => {
  expect(scriptFileName(path)).toBe(name);
});

test('changes with the cross compiler, by its size and time', () => {
  const cross = { arch: 'arm64', prefix: 'aarch64-linux-gnu-' };
  const keyWith = (identity: string): string => {
    const crossCompilers = [{ name: 'aarch64-linux-gnu-gcc', identity }];
    return artifactKey({ build, builder: { ...builder, crossCompilers }, tree, cross });
  };
  expect(keyWith('1:2')).toBe(keyWith('1:2'));
  expect(keyWith('1:2')).not.toBe(keyWith('1:3'));
});

test("stap's arguments", () => {
  const options = { guru: true, compatible: '1.8', defines: { B: '2', A: 'x y' }, beltSeconds: 120 };
  expect(stapArgv({ release, module: 'io', scriptFile: 'io.stp', args: ['-1', '--', "it's"], options })).toEqual([
    '-p4',
    '-r',
    '6.1.0-56',
    '-m',
    'io',
    '-T',
    '120',
    '-g',
    '--compatible=1.8',
    '-D',
    'A=x y',
    '-D',
    'B=2',
    '--',
    'io.stp',
    '-1',
    '--',
    "it's",
  ]);
});
