import { expect, test } from 'vitest';
import { stapArgv } from '../../../src/module/stap/stap-argv.ts';
import { crossBuild } from '../../../src/plan/builds/cross-build.ts';
import { checkBuildHost } from '../../../src/plan/checks/check-build-host.ts';
import { makeBuilder, makeKernel, makeTree } from '../rig.ts';

test.each<[builder: string, target: string, cross: ReturnType<typeof crossBuild>]>([
  ['x86_64', 'x86_64', 'native'],
  ['aarch64', 'aarch64', 'native'],
  ['i686', 'i686', 'native'],
  ['x86_64', 'i686', { arch: 'i386' }],
  ['x86_64', 'i586', { arch: 'i386' }],
  ['aarch64', 'i686', { arch: 'i386', prefix: 'i686-linux-gnu-' }],
  ['x86_64', 'aarch64', { arch: 'arm64', prefix: 'aarch64-linux-gnu-' }],
  ['x86_64', 'armv7l', { arch: 'arm', prefix: 'arm-linux-gnueabihf-' }],
  ['x86_64', 'ppc64le', { arch: 'powerpc', prefix: 'powerpc64le-linux-gnu-' }],
  ['x86_64', 's390x', { arch: 's390', prefix: 's390x-linux-gnu-' }],
  ['x86_64', 'riscv64', { arch: 'riscv', prefix: 'riscv64-linux-gnu-' }],
  ['aarch64', 'x86_64', { arch: 'x86_64', prefix: 'x86_64-linux-gnu-' }],
  ['x86_64', 'sun4u', 'unknown'],
])('%s builds for %s', (builder, target, cross) => {
  expect(crossBuild(builder, target)).toEqual(cross);
});

test('a kernel of 32 bits needs no other compiler, and stap is told of it', () => {
  const builder = makeBuilder('b1');
  if (builder.kind !== 'ready') throw new Error('no builder');
  const kernel = makeKernel('6.1.0-50-686', '#1 SMP Debian', 'i686');
  const facts = { ...builder.facts, trees: [makeTree(kernel.release)] };
  expect(checkBuildHost(facts, kernel, { debuginfo: 'no', symbols: 'no' })[1]).toEqual({
    check: 'cross-compiler',
    status: 'ok',
    found: 'none needed: its own compiler builds for i686, too',
  });
  const options = { guru: false, defines: {}, beltSeconds: 120 };
  const call = { release: 'R', module: 'm', scriptFile: 'm.stp', args: [], options, cross: { arch: 'i386' } };
  expect(stapArgv(call).join(' ')).toBe('-p4 -r R -m m -T 120 -a i386 -- m.stp');
});
