import { describe, expect, test } from 'vitest';
import { hasBuildHosts } from '../../src/plan/plan-play.ts';
import {
  bind,
  decisions,
  judging,
  locate,
  lost,
  makeBareBuilder,
  makeBuilder,
  makeKernel,
  makePlan,
  makePlay,
  makeRule,
  makeScript,
  makeTree,
  planInput,
  ready,
} from './rig.ts';

const el5 = makeKernel('2.6.18-348.el5');
const oldAndNew = makeBuilder('builder', { trees: [makeTree(), makeTree(el5.release)] });

describe('kernel groups', () => {
  test('one for each release and machine, sorted by id, hosts in inventory order', () => {
    const arm = makeKernel(undefined, undefined, 'aarch64');
    const plan = makePlan({
      targets: [
        ready('db3'),
        ready('db1', { facts: { kernel: el5 } }),
        ready('arm', { facts: { kernel: arm } }),
        ready('db2'),
      ],
      builders: [oldAndNew, makeBuilder('builder-arm', { kernel: arm })],
    });
    const kernels = plan.kernelGroups.map(({ buildHosts: _, ...group }) => group);
    expect(kernels).toEqual([
      { id: '2.6.18-348.el5/x86_64', release: '2.6.18-348.el5', machine: 'x86_64', hosts: ['db1'] },
      { id: '6.1.0-56-cloud-amd64/aarch64', release: '6.1.0-56-cloud-amd64', machine: 'aarch64', hosts: ['arm'] },
      { id: '6.1.0-56-cloud-amd64/x86_64', release: '6.1.0-56-cloud-amd64', machine: 'x86_64', hosts: ['db3', 'db2'] },
    ]);
    expect(plan.builds.map(({ id, buildHost, hosts }) => [id, buildHost, hosts])).toEqual([
      ['io@2.6.18-348.el5/x86_64', 'builder', ['db1']],
      ['io@6.1.0-56-cloud-amd64/aarch64', 'builder-arm', ['arm']],
      ['io@6.1.0-56-cloud-amd64/x86_64', 'builder', ['db3', 'db2']],
    ]);
    expect(plan.batches).toEqual([['db3', 'db1', 'arm', 'db2']]);
  });

  const release = makeKernel().release;
  const one = makeKernel(release, '#1 SMP one');
  const two = makeKernel(release, '#1 SMP two');
  const ofOne = makeBuilder('of-one', { trees: [makeTree(release, { utsVersion: one.version })] });
  const ofTwo = makeBuilder('of-two', { trees: [makeTree(release, { utsVersion: two.version })] });

  test('uname -v does not count where the tree does not carry it', () => {
    const plan = makePlan({
      targets: [ready('a', { facts: { kernel: one } }), ready('b', { facts: { kernel: two } })],
    });
    expect(plan.kernelGroups).toEqual([
      {
        id: `${release}/x86_64`,
        release,
        machine: 'x86_64',
        hosts: ['a', 'b'],
        buildHosts: [{ name: 'builder', state: 'untried', stap: '5.1' }],
      },
    ]);
  });

  test('where it does, the group says so, and a target of another version fails', () => {
    const targets = [ready('a', { facts: { kernel: one } }), ready('b', { facts: { kernel: two } })];
    const plan = makePlan({ targets, builders: [ofOne] });
    expect(plan.kernelGroups.map(({ id, version, hosts }) => [id, version, hosts])).toEqual([
      [`${release}/x86_64`, '#1 SMP one', ['a']],
    ]);
    expect(decisions(plan)).toMatchInlineSnapshot(`
      [
        "a runs io@6.1.0-56-cloud-amd64/x86_64 as login-user",
        "b fails: no build host can build for 6.1.0-56-cloud-amd64: of-one: its headers are of "#1 SMP one", the target runs "#1 SMP two" → on of-one: apt-get install -y linux-headers-6.1.0-56-cloud-amd64, or boot the target into the kernel that the headers are of",
      ]
    `);
  });

  test('where there is a tree of each, neither gets the module of the other', () => {
    const kernels = [one, two, one, two];
    const targets = kernels.map((kernel, index) => ready(`h${index}`, { facts: { kernel } }));
    const plan = makePlan({ targets, builders: [ofOne, ofTwo] });
    expect(plan.kernelGroups.map(({ id, version, hosts }) => [id, version, hosts])).toEqual([
      [`${release}/x86_64`, '#1 SMP one', ['h0', 'h2']],
      [`${release}/x86_64/2`, '#1 SMP two', ['h1', 'h3']],
    ]);
    expect(plan.builds.map(build => [build.id, build.kernelGroup, build.buildHost, build.hosts])).toEqual([
      [`io@${release}/x86_64`, `${release}/x86_64`, 'of-one', ['h0', 'h2']],
      [`io@${release}/x86_64/2`, `${release}/x86_64/2`, 'of-two', ['h1', 'h3']],
    ]);
    expect(plan.hosts.map(host => host.kernelGroup)).toEqual(
      ['', '/2', '', '/2'].map(number => `${release}/x86_64${number}`),
    );
  });
});

describe('builds', () => {
  test('a planned build says all that stap is told', () => {
    const script = makeScript({
      stapOptions: { guru: true, defines: { MAXERRORS: '5', B: '2' } },
      run: { kind: 'until-exit', limitSeconds: 3600 },
      source: { path: 'scripts/io.stp', text: 'probe begin { exit() }' },
    });
    const kernels = [
      makeRule('6.1.*', { stapOptions: { compatible: '1.8', guru: false, defines: { A: '1', B: '1' } } }),
    ];
    const plan = makePlan({
      targets: [ready('db1', { scripts: [bind(script, { args: ['5', 'a b'] })] })],
      play: { kernels },
    });
    const { artifact, ...build } = plan.builds[0] ?? expect.fail('no build');
    expect(artifact).toEqual({ key: expect.stringMatching(/^[0-9a-f]{64}$/), state: 'to-build' });
    expect(build).toEqual({
      id: 'io@6.1.0-56-cloud-amd64/x86_64',
      module: 'io',
      kernelGroup: '6.1.0-56-cloud-amd64/x86_64',
      release: '6.1.0-56-cloud-amd64',
      machine: 'x86_64',
      buildHost: 'builder',
      canary: { key: 'canary of 5.1', state: 'untried' },
      alternatives: [],
      source: { path: 'scripts/io.stp', text: 'probe begin { exit() }' },
      args: ['5', 'a b'],
      options: { compatible: '1.8', guru: true, defines: { A: '1', B: '2', MAXERRORS: '5' }, beltSeconds: 14_400 },
      hosts: ['db1'],
    });
  });

  test('hosts share a build, other args are another build, and globals are not', () => {
    const script = makeScript();
    const global = (value: string): ReturnType<typeof bind> =>
      bind(script, { args: ['5'], globals: [{ name: 'n', value }] });
    const plan = makePlan({
      targets: [
        ready('a', { scripts: [global('1')] }),
        ready('b', { scripts: [global('2')] }),
        ready('c', { scripts: [bind(script, { args: ['10'] })] }),
        ready('d', { scripts: [bind(script, { args: ['10'] }), bind(makeScript({ name: 'net' }))] }),
        ready('e', { scripts: [bind(script, { args: ['5', ''] })] }),
      ],
    });
    const group = '6.1.0-56-cloud-amd64/x86_64';
    expect(plan.builds.map(({ id, args, hosts }) => [id, args, hosts])).toEqual([
      [`io@${group}`, ['5'], ['a', 'b']],
      [`io@${group}#2`, ['10'], ['c', 'd']],
      [`io@${group}#3`, ['5', ''], ['e']],
      [`net@${group}`, [], ['d']],
    ]);
    expect(decisions(plan)[3]).toBe(`d runs io@${group}#2 net@${group} as login-user`);
    expect(new Set(plan.builds.map(build => build.artifact.key)).size).toBe(4);
  });

  test('what is in the cache is said so', () => {
    const key = 'c'.repeat(64);
    const plan = makePlan({ locate: () => ({ key: key as never, state: 'cached' }) });
    expect(plan.builds.map(build => build.artifact)).toEqual([{ key, state: 'cached' }]);
  });

  test.each([
    [1, 120],
    [60, 120],
    [61, 300],
    [240, 300],
    [3540, 3600],
    [3541, 14_400],
    [24 * 86_400, 2_147_483],
  ])('a script of %i s has a belt of %i s', (seconds, belt) => {
    const script = makeScript({ run: { kind: 'duration', seconds } });
    const plan = makePlan({ targets: [ready('a', { scripts: [bind(script)] })] });
    expect(plan.builds[0]?.options.beltSeconds).toBe(belt);
  });
});

test('how a script runs on a host', () => {
  const timed = bind(makeScript({ bufferMb: 8 }), {
    globals: [{ name: 'interval', value: '5' }],
    outputFile: 'db1.txt',
  });
  const byItself = bind(makeScript({ name: 'net', run: { kind: 'until-exit', limitSeconds: 90 } }));
  const plan = makePlan({ targets: [ready('db1', { scripts: [timed, byItself] })] });
  expect(plan.hosts).toEqual([
    {
      name: 'db1',
      groups: ['db'],
      kernelGroup: '6.1.0-56-cloud-amd64/x86_64',
      decision: {
        kind: 'run',
        as: 'login-user',
        scripts: [
          {
            module: 'io',
            build: 'io@6.1.0-56-cloud-amd64/x86_64',
            globals: [{ name: 'interval', value: '5' }],
            limitSeconds: 30,
            end: 'at-limit',
            bufferMb: 8,
            outputFile: 'db1.txt',
          },
          {
            module: 'net',
            build: 'net@6.1.0-56-cloud-amd64/x86_64',
            globals: [],
            limitSeconds: 90,
            end: 'by-itself',
          },
        ],
      },
    },
  ]);
});

describe('who is left out', () => {
  test('each with why, none in a build or batch', () => {
    const plan = makePlan({
      play: { kernels: [makeRule('6.*')], serial: [{ kind: 'hosts', count: 1 }] },
      targets: [
        lost('unreachable', 'gone', { stage: 'connect', cause: 'connection refused' }),
        lost('failed', 'mute', { stage: 'probe', cause: 'the probe printed nothing' }),
        ready('old', { facts: { kernel: el5 } }),
        ready('idle', { scripts: [] }),
        ready('box', { facts: { container: 'lxc' } }),
        ready('well'),
      ],
    });
    expect(decisions(plan)).toMatchInlineSnapshot(`
      [
        "gone unreachable: connection refused",
        "mute fails: the probe printed nothing",
        "old skipped: kernel 2.6.18-348.el5 (x86_64) fits no entry of kernels",
        "idle skipped: no script of it is selected",
        "box fails: it is a container (lxc) and cannot load modules → run the play on the machine that holds it",
        "well runs io@6.1.0-56-cloud-amd64/x86_64 as login-user",
      ]
    `);
    expect(plan.kernelGroups.flatMap(group => group.hosts)).toEqual(['well']);
    expect(plan.builds.flatMap(build => build.hosts)).toEqual(['well']);
    expect(plan.batches).toEqual([['well']]);
  });

  test("what is wrong with a host and with its build hosts is said together, the host's own first", () => {
    const plan = makePlan({
      targets: [ready('db1', { facts: { container: 'lxc' } })],
      builders: [makeBareBuilder('b')],
    });
    expect(decisions(plan)).toMatchInlineSnapshot(`
      [
        "db1 fails: it is a container (lxc) and cannot load modules → run the play on the machine that holds it; no build host can build for 6.1.0-56-cloud-amd64: b: stap is not installed → on b: apt-get install -y systemtap",
      ]
    `);
  });

  test('with no host at all there is an empty plan', () => {
    const { kernelGroups, builds, hosts, batches } = makePlan({ targets: [] });
    expect([kernelGroups, builds, hosts, batches]).toEqual([[], [], [], []]);
  });
});

describe('build hosts', () => {
  const many = ['a', 'b', 'c', 'd'].map(name => bind(makeScript({ name })));
  const stap = (version: string) => ({ stap: { path: '/usr/bin/stap', version, banner: `version ${version}` } });
  const shares = ({ builds }: ReturnType<typeof makePlan>): readonly string[] =>
    builds.map(({ module, buildHost, artifact, alternatives }) => {
      const others = alternatives.map(other => other.buildHost).join(' ');
      return `${module} ${artifact.state} on ${buildHost}, else ${others || 'nobody'}`;
    });

  test('builds are shared out among those that can, each with who steps in', () => {
    const builders = [makeBuilder('b1'), makeBareBuilder('b0'), makeBuilder('b2'), makeBuilder('b3')];
    const plan = makePlan({ targets: [ready('db1', { scripts: many })], builders });
    expect(shares(plan)).toEqual([
      'a to-build on b1, else b2 b3',
      'b to-build on b2, else b3 b1',
      'c to-build on b3, else b1 b2',
      'd to-build on b1, else b2 b3',
    ]);
    expect(plan.kernelGroups[0]?.buildHosts.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'b1 untried',
      'b0 unfit',
      'b2 untried',
      'b3 untried',
    ]);
  });

  test('each build host has its own key, and whose module is in the cache comes first', () => {
    const builders = [makeBuilder('b1', stap('5.1')), makeBuilder('b2', stap('5.2'))];
    const plan = makePlan({
      targets: [ready('db1', { scripts: many })],
      builders,
      locate: inputs => {
        const { key } = locate(inputs);
        const isCached = inputs.build.module === 'a' && inputs.builder.stap?.version === '5.2';
        return { key, state: isCached ? 'cached' : 'to-build' };
      },
    });
    expect(shares(plan)).toEqual([
      'a cached on b2, else b1',
      'b to-build on b1, else b2',
      'c to-build on b2, else b1',
      'd to-build on b1, else b2',
    ]);
    const keys = plan.builds.flatMap(({ artifact, alternatives }) => [
      artifact,
      ...alternatives.map(one => one.artifact),
    ]);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(8);
  });

  test('none steps in whose modules the target could not run; targets of another staprun have builds of their own', () => {
    const builders = [makeBuilder('b4', stap('4.9')), makeBuilder('b5', stap('5.1'))];
    const staprun = { path: '/usr/bin/staprun', version: '4.8', executable: true };
    const plan = makePlan({ targets: [ready('old', { facts: { staprun } }), ready('new')], builders });
    expect(shares(plan)).toEqual(['io to-build on b4, else nobody', 'io to-build on b5, else nobody']);
    expect(plan.builds.map(({ id, hosts }) => [id, hosts])).toEqual([
      ['io@6.1.0-56-cloud-amd64/x86_64', ['old']],
      ['io@6.1.0-56-cloud-amd64/x86_64#2', ['new']],
    ]);
    expect(makePlan({ targets: [ready('new')], builders }).kernelGroups[0]?.buildHosts).toEqual([
      {
        name: 'b4',
        state: 'unfit',
        failure: { stage: 'plan', cause: 'what SystemTap 4.9 builds needs a staprun 4.x, which no target here has' },
      },
      { name: 'b5', state: 'untried', stap: '5.1' },
    ]);
  });

  const cannot = { state: 'known-bad', failure: { stage: 'plan', cause: 'a minimal script fails' } } as const;

  test('one that is known not to build for the kernel is none, unless it did before', () => {
    const builders = [makeBuilder('b1'), makeBuilder('b2')];
    expect(shares(makePlan({ builders, lookUpCanary: judging({ b1: cannot }) }))).toEqual([
      'io to-build on b2, else nobody',
    ]);
    const cached = makePlan({
      builders: [makeBuilder('b1')],
      lookUpCanary: judging({ b1: cannot }),
      locate: inputs => ({ ...locate(inputs), state: 'cached' }),
    });
    expect(shares(cached)).toEqual(['io cached on b1, else nobody']);
    expect(decisions(makePlan({ builders: [makeBuilder('b1')], lookUpCanary: judging({ b1: cannot }) }))).toEqual([
      'db1 fails: no build host can build for 6.1.0-56-cloud-amd64: b1: a minimal script fails → name one in build_hosts, or put it into the group build_hosts',
    ]);
  });

  test('one whose modules would panic the kernel is none, even with a module in the cache', () => {
    const deadly = { ...cannot, state: 'dangerous' } as const;
    const plan = makePlan({
      lookUpCanary: judging({ builder: deadly }),
      locate: inputs => ({ ...locate(inputs), state: 'cached' }),
    });
    expect(plan.builds).toEqual([]);
    expect(plan.kernelGroups).toEqual([]);
    expect(decisions(plan)[0]).toContain('builder: a minimal script fails');
  });

  test('whether there are build hosts at all is told beforehand', () => {
    const has = (parts: Parameters<typeof makePlan>[0]): boolean => hasBuildHosts(planInput(parts));
    expect(has({})).toBe(true);
    expect(has({ builders: [] })).toBe(false);
    expect(has({ builders: [makeBuilder('b4', stap('4.9'))] })).toBe(false);
    expect(has({ builders: [], targets: [ready('idle', { scripts: [] })] })).toBe(true);
    expect(has({ builders: [], targets: [lost('failed', 'x', { stage: 'probe', cause: 'x' })] })).toBe(true);
    expect(has({ builders: [], play: { kernels: [makeRule('7.*')] } })).toBe(true);
  });

  test("an entry of kernels has its own, the others the play's", () => {
    const both = [makeTree(), makeTree(el5.release)];
    const plan = makePlan({
      play: { kernels: [makeRule('*.el5'), makeRule('6.*')] },
      targets: [ready('old', { facts: { kernel: el5 } }), ready('new')],
      builders: [makeBuilder('builder', { trees: both }), makeBuilder('builder-el5', { trees: both })],
      playBuilders: ['builder'],
      kernelBuilders: { 0: ['builder-el5'] },
    });
    expect(plan.builds.map(({ id, buildHost }) => [id, buildHost])).toEqual([
      ['io@2.6.18-348.el5/x86_64', 'builder-el5'],
      ['io@6.1.0-56-cloud-amd64/x86_64', 'builder'],
    ]);
  });

  test('staprun has to be of the major version of the stap that builds', () => {
    const stap = { path: '/usr/bin/stap', version: '4.8', banner: '' };
    const plan = makePlan({ builders: [makeBuilder('builder', { stap })] });
    expect(decisions(plan)).toMatchInlineSnapshot(`
      [
        "db1 fails: staprun 5.1 cannot run a module of stap 4.8 → install a systemtap-runtime 4.x here, or build on a host with stap 5.x",
      ]
    `);
  });
});

test('what a host watches is as the play says, and absent where it says nothing', () => {
  const { preconditions } = makePlay();
  const play = {
    preconditions: { ...preconditions, maxLoadPerCpu: 2 },
    stopAt: { loadPerCpu: 4, freeMemoryBytes: 200_000_000 },
  };
  expect(makePlan({ play, targets: [ready('db1')] }).watch).toEqual({
    maxLoadPerCpu: 2,
    stopAtLoadPerCpu: 4,
    stopAtFreeMemoryBytes: 200_000_000,
  });
  expect(makePlan({ play: {}, targets: [ready('db1')] })).not.toHaveProperty('watch');
});

test('the rollout is as the play says', () => {
  const plan = makePlan({ play: { strategy: 'together', maxFailPercentage: 5, anyErrorsFatal: true } });
  expect(plan.rollout).toEqual({
    counted: 1,
    failuresAllowed: 0,
    strategy: 'together',
    maxFailPercentage: 5,
    anyErrorsFatal: true,
  });
});
