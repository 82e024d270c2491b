import { describe, expect, test } from 'vitest';
import type { BuildTree } from '../../../src/facts/host-facts.ts';
import type { ArtifactKey, CanaryKey, HostName } from '../../../src/model/ids.ts';
import type { BuildPlace } from '../../../src/model/plan.ts';
import { unknownNeeds } from '../../../src/model/script-needs.ts';
import { type Builder, noBuildHost, orderPlaces, sortBuildHosts } from '../../../src/plan/builds/choose-build-host.ts';
import { judging, lost, makeBareBuilder, makeBuilder, makeKernel, makeTree } from '../rig.ts';

const release = '6.1.0-56-cloud-amd64';
const target = { kernel: makeKernel(release), needs: unknownNeeds };

function choose(...builders: readonly Builder[]): string {
  const { fit, states } = sortBuildHosts(target, builders, judging());
  if (fit.length > 0) return fit.map(({ host }) => host.name).join(' ');
  const { cause, cure } = noBuildHost(makeKernel(release), states);
  return `${cause} → ${cure}`;
}

function withTree(tree: Partial<BuildTree>, os = { id: 'debian', like: [] as readonly string[] }): Builder {
  return makeBuilder('b1', { os, trees: [makeTree('6.0'), makeTree(release, tree)] });
}

test('all that can, in their order, with the tree of the release', () => {
  const other = makeBuilder('b1', { trees: [makeTree('6.0')] });
  expect(choose(makeBareBuilder('b0'), other, makeBuilder('b3'), makeBuilder('b2'))).toBe('b3 b2');
  const { fit } = sortBuildHosts(target, [withTree({ identity: 'x' })], judging());
  expect(fit.map(({ tree }) => tree)).toEqual([makeTree(release, { identity: 'x' })]);
});

test('what is known beforehand is states of each', () => {
  const failure = { stage: 'plan', cause: 'it cannot', cure: 'a newer one' } as const;
  const names = ['good', 'bad', 'deadly', 'new'];
  const judge = judging({
    good: { state: 'known-good' },
    bad: { state: 'known-bad', failure },
    deadly: { state: 'dangerous', failure },
  });
  const { fit, states } = sortBuildHosts(
    target,
    [...names.map(name => makeBuilder(name)), makeBareBuilder('bare')],
    judge,
  );
  // What is in the cache of one that cannot build any more may still be used.
  expect(fit.map(({ host }) => host.name)).toEqual(['good', 'bad', 'new']);
  expect(states).toEqual([
    { name: 'good', state: 'known-good', stap: '5.1' },
    { name: 'bad', state: 'unfit', failure },
    { name: 'deadly', state: 'unfit', failure },
    { name: 'new', state: 'untried', stap: '5.1' },
    {
      name: 'bare',
      state: 'unfit',
      failure: { stage: 'plan', cause: 'stap is not installed', cure: 'apt-get install -y systemtap' },
    },
  ]);
});

describe('the order', () => {
  const place = (name: string, artifact: 'cached' | 'to-build', canary: 'known-good' | 'untried'): BuildPlace => ({
    buildHost: name as HostName,
    artifact: { key: name as ArtifactKey, state: artifact },
    canary: { key: name as CanaryKey, state: canary },
  });
  const order = (places: readonly BuildPlace[], busy: Readonly<Record<string, number>> = {}): string =>
    orderPlaces(places, new Map(Object.entries(busy) as [HostName, number][]))
      .map(({ buildHost }) => buildHost)
      .join(' ');
  const new1 = place('b1', 'to-build', 'untried');
  const new2 = place('b2', 'to-build', 'untried');
  const good = place('b3', 'to-build', 'known-good');
  const cached = place('b4', 'cached', 'known-good');

  test.each([
    ['as in the pattern', order([new2, new1]), 'b2 b1'],
    ['the cache first, however busy its host', order([new1, good, cached], { b4: 9 }), 'b4 b3 b1'],
    ['who has less to do', order([new1, new2], { b1: 1 }), 'b2 b1'],
    ['less to do counts more than to be known', order([good, new2], { b3: 1 }), 'b2 b3'],
    ['of equals who is known to build', order([new1, good], { b1: 2, b3: 2 }), 'b3 b1'],
  ])('%s', (_what, said, wanted) => {
    expect(said).toBe(wanted);
  });
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
      `${cannot}it is aarch64, the target is x86_64, and x86_64-linux-gnu-gcc is not installed → on b1: apt-get install -y gcc-x86-64-linux-gnu`,
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
