import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildOptions } from '../../../src/model/build-options.ts';
import { artifactKey, isIdentified } from '../../../src/module/cache/artifact-key.ts';
import { beltProbe, stapArgv } from '../../../src/module/stap/stap-argv.ts';
import { planBuild } from '../../../src/plan/plan-script.ts';
import { loadPlaybook } from '../../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../../src/process/confinement.ts';
import { sayAll } from '../../document/say.ts';
import { bind, makeBuilder, makeKernel, makeTree } from '../../plan/rig.ts';
import { load, loadPlay, refusal } from '../../playbook/rig.ts';

const confinement = createConfinement('read');

const files = { 'tapset/own.stp': 'function f() { return 1 }\n', 'tapset/x86_64/deep.stpm': '@define X %( 1 %)\n' };

/** What a script's stap_options, and what else the play says, come to. */
async function optionsOf(options: string, play = '', kernel = '', script = ''): Promise<BuildOptions> {
  const loaded = await loadPlay(
    `- hosts: db
${play}  kernels: [{ release: "*"${kernel} }]
  scripts: [{ name: io, inline: 'probe begin {}', duration: 30s, stap_options: { ${options} }${script} }]
`,
    { ...files, 'keys/mok.pem': '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n' },
  );
  const [first] = loaded.scripts;
  const [rule] = loaded.kernels;
  if (first === undefined) throw new Error('no script');
  return planBuild(bind(first), makeKernel(), 'x' as never, { rule, sign: rule?.sign ?? loaded.sign }).options;
}

const call = { release: 'R', module: 'io', scriptFile: 'io.stp', args: ['a'] };
const plain = '-p4 -r R -m io -T 120 -- io.stp a';

describe('each option of the schema is one of stap', () => {
  test.each<[written: string, argv: string, play?: string]>([
    ['', plain],
    ['compatible: "1.8"', '--compatible=1.8'],
    ['guru: true', '-g'],
    ['guru: true, suppress_time_limits: true', '-g --suppress-time-limits', '  allow_overload: true\n'],
    ['skip_badvars: true', '--skip-badvars'],
    ['defines: { MAXACTION: 2000, A: x }', '-D A=x -D MAXACTION=2000'],
    ['tapset_dirs: [tapset]', '-I tapset1'],
    ['modinfo: { owner: dba, ticket: 12 }', '--modinfo owner=dba --modinfo ticket=12'],
    ['privilege: stapusr', '--privilege=stapusr'],
    ['all_modules: true', '--all-modules'],
    ['sysroot: /srv/db', '--sysroot=/srv/db'],
    ['arch: arm64', '-a arm64'],
    ['cross_compile: aarch64-none-', '-B CROSS_COMPILE=aarch64-none-'],
    ['skip_badvars: false, all_modules: false, use_server: false, suppress_time_limits: false', plain],
  ])('%s', async (written, argv, play) => {
    const said = stapArgv({ ...call, options: await optionsOf(written, play) }).join(' ');
    if (argv === plain) expect(said).toBe(plain);
    else expect(said).toBe(plain.replace(' --', ` ${argv} --`));
  });

  test.each([
    ['true', '--use-server'],
    ['"compile1:39571"', '--use-server=compile1:39571'],
  ])(
    'a compile server (%s) is told of no limit and of no compiler, so that the script ends itself',
    async (written, argv) => {
      const options = await optionsOf(`use_server: ${written}, arch: arm64`);
      const cross = { arch: 'arm64', prefix: 'aarch64-linux-gnu-' };
      expect(stapArgv({ ...call, cross, options }).join(' ')).toBe(`-p4 -r R -m io -a arm64 ${argv} -- io.stp a`);
      expect(beltProbe(options)).toBe('\nprobe timer.s(120) { exit() }\n');
    },
  );

  test('another machine is built for by its own toolchain, or by what is said', async () => {
    const cross = { arch: 'arm64', prefix: 'aarch64-linux-gnu-' };
    const argv = async (written: string): Promise<string> =>
      stapArgv({ ...call, cross, options: await optionsOf(written) }).join(' ');
    expect(await argv('')).toContain('-a arm64 -B CROSS_COMPILE=aarch64-linux-gnu- --');
    expect(await argv('cross_compile: mine-')).toContain('-a arm64 -B CROSS_COMPILE=mine- --');
  });

  test("a script's own win over its kernel's; lists and stamps add up", async () => {
    const kernel = ', stap_options: { guru: true, compatible: "1.8", defines: { A: 1, B: 1 }, modinfo: { k: 1 } }';
    const options = await optionsOf('compatible: "4.0", defines: { B: 2 }, modinfo: { s: 2 }', '', kernel);
    expect(options).toEqual({
      guru: true,
      compatible: '4.0',
      defines: { A: '1', B: '2' },
      modinfo: { k: '1', s: '2' },
      beltSeconds: 120,
    });
  });
});

test("a script turns off what its kernel's entry turns on", async () => {
  const on = 'guru: true, suppress_time_limits: true, skip_badvars: true, all_modules: true, use_server: true';
  const off = 'guru: false, suppress_time_limits: false, skip_badvars: false, all_modules: false, use_server: false';
  const options = await optionsOf(off, '  allow_overload: true\n', `, stap_options: { ${on} }`);
  expect(options).toEqual({ guru: false, defines: {}, beltSeconds: 120 });
});

test('guru mode of the one and what needs it of the other are taken together', async () => {
  const overload = '  allow_overload: true\n';
  const fromKernel = await optionsOf('suppress_time_limits: true', overload, ', stap_options: { guru: true }');
  const fromScript = await optionsOf('guru: true', overload, ', stap_options: { suppress_time_limits: true }');
  expect(fromKernel).toEqual({ guru: true, suppressTimeLimits: true, defines: {}, beltSeconds: 120 });
  expect(fromScript).toEqual(fromKernel);
});

describe('what is refused', () => {
  const say = (options: string, play = ''): Promise<string> =>
    refusal({
      ...files,
      'empty/readme': '',
      'key.pem': '-----BEGIN PRIVATE KEY-----\n',
      'p.yml': `- hosts: db
${play}  scripts: [{ name: io, inline: 'probe begin {}', duration: 30s, stap_options: { ${options} } }]
`,
    });

  test.each<[options: string, play: string]>([
    ['suppress_time_limits: true', ''],
    ['suppress_time_limits: true', '  allow_overload: true\n'],
    [
      'guru: false',
      '  allow_overload: true\n  kernels: [{ release: "*", stap_options: { guru: true, suppress_time_limits: true } }]\n',
    ],
    ['guru: true, privilege: stapusr', ''],
    ['privilege: stapsys', '  kernels: [{ release: "*", stap_options: { guru: true } }]\n'],
    ['guru: true, privilege: stapdev', ''],
    ['modinfo: { vermagic: 6.1 }', ''],
    ['use_server: true, modinfo: { a: 1 }, all_modules: true, sysroot: /srv', ''],
    ['debuginfod: "https://example.org/"', '  kernels: [{ release: "*", stap_options: { use_server: compile1 } }]\n'],
    ['use_server: compile1, cross_compile: aarch64-none-', ''],
    ['modinfo: { parmtype: "n:int" }', ''],
    ['tapset_dirs: [nowhere]', ''],
    ['tapset_dirs: [empty]', ''],
    ['tapset_dirs: [p.yml]', ''],
    ['debuginfod: "https://me:secret@example.org/"', ''],
    ['sysroot: srv', ''],
    ['', '  sign: { key: keys/mok, cert: nowhere.pem }\n'],
    ['', '  sign: { key: /root/mok, cert: nowhere.pem }\n'],
    ['', '  sign: { key: /root/mok, cert: key.pem }\n'],
    ['', '  sign: { key: /root/mok, cert: p.yml }\n'],
    ['', '  build: { memory: 1MB }\n'],
    ['', '  build: { timeout: 1s }\n'],
  ])('%s %s', async (options, play) => {
    expect(await say(options, play)).toMatchSnapshot();
  });
});

test('links in a tapset: to a file it is read, to a directory it is refused', async () => {
  const playbook =
    '- hosts: db\n  scripts: [{ name: io, inline: x, until_exit: true, stap_options: { tapset_dirs: [t] } }]\n';
  const { directory } = await load({ 'p.yml': playbook, 't/own.stp': 'own', 'elsewhere/a.stp': 'linked' });
  const again = async () => {
    const loaded = await loadPlaybook(join(directory, 'p.yml'), { confinement });
    if (!loaded.ok) return sayAll(loaded.error.diagnostics).replaceAll(`${directory}/`, '');
    return loaded.value.playbook.plays[0]?.scripts[0]?.stapOptions.tapsets?.[0]?.files;
  };
  await symlink('../elsewhere/a.stp', join(directory, 't/b.stp'));
  expect(await again()).toEqual([
    { path: 'b.stp', text: 'linked' },
    { path: 'own.stp', text: 'own' },
  ]);
  await symlink('../elsewhere', join(directory, 't/x86_64'));
  expect(await again()).toMatchInlineSnapshot(
    `"2:84-85 [t] unreadable-directory: t/x86_64 is a link to a directory; name a directory with .stp files, relative to the playbook"`,
  );
});

describe('the identity of a module', () => {
  const builder = makeBuilder('b1');
  const keyOf = (options: BuildOptions, parts: { cross?: { arch: string; prefix: string } } = {}): string => {
    if (builder.kind !== 'ready') throw new Error('no builder');
    const build = { ...planBuild(bind(), makeKernel(), 'x' as never, { rule: undefined, sign: undefined }), options };
    return artifactKey({ build, builder: builder.facts, tree: makeTree(), ...parts });
  };

  test('each option makes another module', async () => {
    const written = [
      '',
      'guru: true',
      'skip_badvars: true',
      'tapset_dirs: [tapset]',
      'modinfo: { a: 1 }',
      'privilege: stapusr',
      'all_modules: true',
      'debuginfod: "https://example.org/"',
      'sysroot: /srv',
      'use_server: true',
      'arch: arm64',
    ];
    const keys = await Promise.all(written.map(async one => keyOf(await optionsOf(one))));
    keys.push(keyOf(await optionsOf(''), { cross: { arch: 'arm64', prefix: 'x-' } }));
    keys.push(keyOf(await optionsOf('', '  sign: { key: /k, cert: keys/mok.pem }\n')));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each<[unwind: string, argv: string, kept: boolean]>([
    ['[kernel]', '-d kernel', true],
    ['[nf_conntrack, kernel, kernel]', '-d kernel -d nf_conntrack', true],
    ['[/usr/sbin/nginx, kernel]', '-d /usr/sbin/nginx -d kernel', false],
    ['{ modules: [/usr/sbin/nginx], libraries: true }', '-d /usr/sbin/nginx --ldd', false],
    ['{ libraries: true }', '--ldd', false],
    ['{ all_modules: true }', '--all-modules', false],
    ['{ libraries: false, all_modules: false, modules: [kernel] }', '-d kernel', true],
  ])('unwind: %s', async (unwind, argv, kept) => {
    if (builder.kind !== 'ready') throw new Error('no builder');
    const options = await optionsOf('', '', '', `, unwind: ${unwind}`);
    expect(stapArgv({ ...call, options }).join(' ')).toBe(plain.replace(' --', ` ${argv} --`));
    const build = { ...planBuild(bind(), makeKernel(), 'x' as never, { rule: undefined, sign: undefined }), options };
    expect(isIdentified({ build, builder: builder.facts, tree: makeTree() })).toBe(kept);
    expect(keyOf(options)).not.toBe(keyOf(await optionsOf('')));
  });

  test('what is not all known here is kept nowhere', async () => {
    if (builder.kind !== 'ready') throw new Error('no builder');
    const { facts } = builder;
    const usual = { arch: 'arm64', prefix: 'aarch64-linux-gnu-' };
    const isKept = async (written: string, cross?: typeof usual, names: readonly string[] = []): Promise<boolean> => {
      const options = await optionsOf(written);
      const build = { ...planBuild(bind(), makeKernel(), 'x' as never, { rule: undefined, sign: undefined }), options };
      const crossCompilers = names.map(name => ({ name, identity: '1:2' }));
      const inputs = { build, builder: { ...facts, crossCompilers }, tree: makeTree() };
      return isIdentified(cross === undefined ? inputs : { ...inputs, cross });
    };
    expect(await isKept('guru: true, modinfo: { a: 1 }, debuginfod: "https://example.org/"')).toBe(true);
    for (const written of ['use_server: true', 'sysroot: /srv', 'all_modules: true']) {
      expect([written, await isKept(written)]).toEqual([written, false]);
    }
    expect(await isKept('use_server: false, all_modules: false')).toBe(true);
    expect(await isKept('', usual, ['aarch64-linux-gnu-gcc'])).toBe(true);
    expect(await isKept('', usual, ['arm-linux-gnueabihf-gcc'])).toBe(false);
    expect(await isKept('arch: arm64, cross_compile: /opt/arm/bin/x-')).toBe(false);
  });

  test('a tapset counts by what is in it, not by where it lies; limits do not count', async () => {
    const options = await optionsOf('tapset_dirs: [tapset]');
    const [tapset] = options.tapsets ?? [];
    if (tapset === undefined) throw new Error('no tapset');
    expect(tapset.files.map(({ path }) => path)).toEqual(['own.stp', 'x86_64/deep.stpm']);
    const key = keyOf(options);
    expect(keyOf({ ...options, tapsets: [{ ...tapset, directory: 'elsewhere' }] })).toBe(key);
    const changed = tapset.files.map(file => ({ ...file, text: `${file.text} ` }));
    expect(keyOf({ ...options, tapsets: [{ ...tapset, files: changed }] })).not.toBe(key);
    expect(keyOf(await optionsOf('tapset_dirs: [tapset]', '  build: { nice: 3, jobs: 1, memory: 4GiB }\n'))).toBe(key);
  });
});

test('limits of builds', async () => {
  const limits = async (written: string) =>
    (
      await loadPlay(`- hosts: db
${written}  scripts: [{ name: io, inline: 'probe begin {}', duration: 30s }]
`)
    ).buildLimits;
  expect(await limits('')).toEqual({ nice: 10 });
  expect(await limits('  build: { timeout: 15m, memory: 4GiB, nice: 0, jobs: 2 }\n')).toEqual({
    timeoutSeconds: 900,
    memoryBytes: 4 * 2 ** 30,
    nice: 0,
    jobs: 2,
  });
  const loaded = await load({
    'p.yml': '- hosts: db\n  build: {}\n  scripts: [{ name: a, inline: x, until_exit: true }]\n',
  });
  expect(loaded.ok).toBe(false);
});
