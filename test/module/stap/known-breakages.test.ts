import { expect, test } from 'vitest';
import type { Machine } from '../../../src/model/ids.ts';
import { canaryKey, cannotBuild, compileError, explainCanary } from '../../../src/module/build/canary.ts';
import { findDanger } from '../../../src/module/stap/known-breakages.ts';
import { makeBuilder, makeTree } from '../../plan/rig.ts';
import { taskWork } from '../build/builder-rig.ts';

test.each<[stap: string, release: string, danger: boolean]>([
  ['5.1', '6.12.107+deb13-amd64', true],
  ['4.8', '6.12.0', true],
  ['5.1', '7.0.1', true],
  ['5.1', '6.11.9', false],
  ['5.1', '6.1.0-56-cloud-amd64', false],
  ['5.2', '6.12.107+deb13-amd64', false],
  ['5.10', '6.12.107', false],
  ['6.0', '6.12.107', false],
  ['5.1', 'next', false],
])('what SystemTap %s builds for %s must not be loaded: %s', (stap, release, danger) => {
  expect(findDanger(stap, release) !== undefined).toBe(danger);
});

const outside = `x.c:1: error: no
Kernel version 6.6.85 is outside tested range 2.6.32 ... 6.6-rc1
Pass 4: compilation failed.`;

test('a minimal script that fails is told by what stands behind it, else by the first error', () => {
  const cases: readonly (readonly [log: string, stap: string, release: string])[] = [
    [taskWork, '4.8', '6.1.0-56-cloud-amd64'],
    ['x.c:1:1: error: no kbuild', '5.2', '6.13.2'],
    [outside, '5.0', '6.6.85'],
    ['linux/x.h:1:1: error: no', '5.3', '6.16.1'],
    ['linux/x.h:1:1: error: no', '5.3', '6.17.1'],
    ['linux/x.h:1:1: error: no', '5.3', '6.18.1'],
    ['linux/x.h:1:1: error: no', '5.4', '7.0.2+deb14-amd64'],
    ['linux/x.h:1:1: error: no', '5.5', '7.2.12+deb14-amd64'],
    ['linux/x.h:1:1: error: no', '5.6', '7.2.12+deb14-amd64'],
    [
      "runtime/x.c:1:1: error: 'struct ns_common' has no member named 'ns_type'; did you mean 'ops'?",
      '5.6',
      '5.10.0-32',
    ],
    ["runtime/x.h:1:1: error: implicit declaration of function 'task_euid'; did you mean 'task_uid'?", '5.6', '7.3.4'],
    ['/usr/share/systemtap/runtime/x.h:1:1: fatal error: \x1b[31mno [-Werror=x]', '5.1', '6.1.0'],
    ['ERROR: no tapsets', '5.1', '6.1.0'],
  ];
  const told = cases.map(([log, stap, release]) => {
    const { cause, cure } = cannotBuild(explainCanary(log, stap, release), stap, release, 'b1');
    return `${cause} → ${cure}`;
  });
  expect(told).toMatchInlineSnapshot(`
    [
      "SystemTap 4.8 on b1 cannot build for 6.1.0-56-cloud-amd64 at all (a minimal script fails too): it does not know the task_work_cancel() of kernels from 6.11 on (of Debian's from 6.1.0-47 on) → install SystemTap 5.2 or newer there, or use a build host that has it",
      "SystemTap 5.2 on b1 cannot build for 6.13.2 at all (a minimal script fails too): it does not know how kernels from 6.13 on have modules built → install SystemTap 5.3 or newer there, or use a build host that has it",
      "SystemTap 5.0 on b1 cannot build for 6.6.85 at all (a minimal script fails too): it was tried out with kernels 2.6.32 ... 6.6-rc1, and this is 6.6.85 → install a newer SystemTap there, or use a build host that has one",
      "SystemTap 5.3 on b1 cannot build for 6.16.1 at all (a minimal script fails too): it does not know kernels from 6.16 on (PR33045) → install SystemTap 5.4 or newer there, or use a build host that has it",
      "SystemTap 5.3 on b1 cannot build for 6.17.1 at all (a minimal script fails too): it does not know the relay channels of kernels from 6.17 on (PR33324) → install SystemTap 5.4 or newer there, or use a build host that has it",
      "SystemTap 5.3 on b1 cannot build for 6.18.1 at all (a minimal script fails too): it does not know kernels from 6.18 on (PR33574) → install SystemTap 5.4 or newer there, or use a build host that has it",
      "SystemTap 5.4 on b1 cannot build for 7.0.2+deb14-amd64 at all (a minimal script fails too): it does not know kernels from 7.0 on (PR33978, PR34065) → install SystemTap 5.5 or newer there, or use a build host that has it",
      "SystemTap 5.5 on b1 cannot build for 7.2.12+deb14-amd64 at all (a minimal script fails too): it does not know kernels from 7.2 on (PR34318) → install SystemTap 5.6 or newer there, or use a build host that has it",
      "SystemTap 5.6 on b1 cannot build for 7.2.12+deb14-amd64 at all (a minimal script fails too): x.h: no → install a newer SystemTap there, or use a build host that has one",
      "SystemTap 5.6 on b1 cannot build for 5.10.0-32 at all (a minimal script fails too): its test for a change of 6.18 takes this older kernel for a newer one → write stap_options: { defines: { STAPCONF_PR33574_PNO_TYPE: 1 } } into the script, or into the entry of this kernel in kernels",
      "SystemTap 5.6 on b1 cannot build for 7.3.4 at all (a minimal script fails too): it uses task_euid(), which kernels from 7.3 on do not have → no SystemTap up to 5.6 builds for this kernel: install a newer one there once it is released, or trace hosts with an older kernel",
      "SystemTap 5.1 on b1 cannot build for 6.1.0 at all (a minimal script fails too): x.h: no → install a newer SystemTap there, or use a build host that has one",
      "SystemTap 5.1 on b1 cannot build for 6.1.0 at all (a minimal script fails too): ERROR: no tapsets → undefined",
    ]
  `);
});

test('a compiler error is one line, and bounded', () => {
  expect(compileError(`/a/b.c:1:2: error: ${'x'.repeat(500)}\nc.c:1: error: later`)).toBe(`b.c: ${'x'.repeat(194)}…`);
  expect(compileError('semantic error: no')).toBeUndefined();
});

test('another SystemTap, compiler, kernel or tree is another question', () => {
  const builder = makeBuilder('b1');
  if (builder.kind !== 'ready') expect.fail('it is ready');
  const { facts } = builder;
  const x86 = 'x86_64' as Machine;
  const keys = [
    canaryKey(facts, makeTree(), x86),
    canaryKey({ ...facts, stap: { path: '', version: '5.2', banner: '5.2' } }, makeTree(), x86),
    canaryKey({ ...facts, compiler: { path: '', version: 'gcc 14' } }, makeTree(), x86),
    canaryKey(facts, makeTree('6.2'), x86),
    canaryKey(facts, makeTree(undefined, { identity: 'b' }), x86),
    canaryKey(facts, makeTree(undefined, { utsVersion: '#2' }), x86),
    canaryKey(facts, makeTree(), 'aarch64' as Machine),
    canaryKey(facts, makeTree(undefined, { compiler: { path: '', version: 'gcc 13' } }), x86),
    canaryKey(
      { ...facts, crossCompilers: [{ name: 'aarch64-linux-gnu-gcc', identity: '1:2' }] },
      makeTree(),
      'aarch64' as Machine,
    ),
    canaryKey(facts, makeTree(), x86, { arch: 'i386' }),
    canaryKey(facts, makeTree(), x86, { crossCompile: 'x-' }),
    canaryKey(facts, makeTree(), x86, { sysroot: '/srv' }),
    canaryKey(facts, makeTree(), x86, { useServer: true }),
    canaryKey(facts, makeTree(), x86, { kernelDefines: { STAPCONF_X: '1' } }),
    canaryKey(facts, makeTree(), x86, { kernelDefines: { STAPCONF_X: '2' } }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  // What has no part in a minimal script does not count.
  const other = makeTree(undefined, { debuginfo: { path: '/x', identity: '1' } });
  expect(canaryKey({ ...facts, cpus: 64 }, other, x86)).toBe(keys[0]);
});
