import { describe, expect, test } from 'vitest';
import type { BuildTree } from '../../src/facts/host-facts.ts';
import { type Builder, chooseBuildHost } from '../../src/plan/choose-build-host.ts';
import { lost, makeBareBuilder, makeBuilder, makeKernel, makeTree } from './rig.ts';

const release = '6.1.0-56-cloud-amd64';

function choose(...builders: readonly Builder[]): string {
  const chosen = chooseBuildHost(makeKernel(release), builders);
  return chosen.kind === 'chosen' ? chosen.host.name : `${chosen.failure.cause} → ${chosen.failure.cure}`;
}

function withTree(tree: Partial<BuildTree>, os = { id: 'debian', like: [] as readonly string[] }): Builder {
  return makeBuilder('b1', { os, trees: [makeTree('6.0'), makeTree(release, tree)] });
}

test('the first that can is taken, with the tree of the release', () => {
  const other = makeBuilder('b1', { trees: [makeTree('6.0')] });
  expect(choose(makeBareBuilder('b0'), other, makeBuilder('b2'), makeBuilder('b3'))).toBe('b2');
  const chosen = chooseBuildHost(makeKernel(release), [withTree({ identity: 'x' })]);
  expect(chosen.kind === 'chosen' && chosen.tree).toEqual(makeTree(release, { identity: 'x' }));
});

const cannot = `no build host can build for ${release}: b1: `;
const headers = ` → on b1: apt-get install -y linux-headers-${release}`;
const path = `/lib/modules/${release}/build`;

describe('obstacles', () => {
  test.each<[what: string, builder: Builder, said: string]>([
    ['no stap', makeBareBuilder('b1'), `${cannot}stap is not installed → on b1: apt-get install -y systemtap`],
    [
      'another machine',
      makeBuilder('b1', { kernel: makeKernel(release, '', 'aarch64') }),
      `${cannot}it is aarch64, the target is x86_64 → on b1: name a build host that is x86_64`,
    ],
    [
      'a release it was not asked about',
      makeBuilder('b1', { trees: [] }),
      `${cannot}no kernel headers for ${release}${headers}`,
    ],
    ['no headers', withTree({ headers: 'missing' }), `${cannot}no kernel headers for ${release}${headers}`],
    ['a link to nothing', withTree({ headers: 'dangling-link' }), `${cannot}${path} points to nothing${headers}`],
    [
      'half a tree',
      withTree({ headers: 'incomplete', lacks: ['.config', 'Makefile'] }),
      `${cannot}${path} lacks .config and Makefile${headers}`,
    ],
    [
      'no headers, on Rocky',
      withTree({ headers: 'missing' }, { id: 'rocky', like: ['rhel', 'fedora'] }),
      `${cannot}no kernel headers for ${release} → on b1: unpack linux-headers-${release} there: it is Debian's, this host is rocky`,
    ],
    [
      'no headers, on SUSE',
      withTree({ headers: 'missing' }, { id: 'opensuse-leap', like: ['suse', 'opensuse'] }),
      `${cannot}no kernel headers for ${release} → on b1: unpack linux-headers-${release} there: it is Debian's, this host is opensuse-leap`,
    ],
    [
      "another build of the target's release",
      withTree({ utsVersion: '#2 SMP' }),
      `${cannot}its headers are of "#2 SMP", the target runs "#1 SMP Debian"${headers}, or boot the target into the kernel that the headers are of`,
    ],
    [
      'unreachable',
      lost('unreachable', 'b1', { stage: 'connect', cause: 'connection refused', cure: 'start sshd' }),
      `${cannot}connection refused → on b1: start sshd`,
    ],
    [
      'failed, and nobody knows the cure',
      lost('failed', 'b1', { stage: 'probe', cause: 'it broke off' }),
      `${cannot}it broke off → name one in build_hosts, or put it into the group build_hosts`,
    ],
  ])('%s', (_what, builder, said) => {
    expect(choose(builder)).toBe(said);
  });

  test('the very build that the target runs is none', () => {
    expect(choose(withTree({ utsVersion: '#1 SMP Debian' }))).toBe('b1');
  });

  test('there is no build host at all', () => {
    expect(choose()).toBe(
      `no build host for kernel ${release} → name one in build_hosts, or put it into the group build_hosts`,
    );
  });

  test('each build host says why it cannot, the first cure is named', () => {
    const failed = lost('failed', 'b0', { stage: 'probe', cause: 'it broke off' });
    expect(choose(failed, makeBareBuilder('b1'), makeBuilder('b2', { trees: [] }))).toBe(
      `no build host can build for ${release}: b0: it broke off; b1: stap is not installed; b2: no kernel headers for ${release} → on b1: apt-get install -y systemtap`,
    );
  });
});
