import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestValue, sealPlan } from '../../../src/engine/prepare/seal-plan.ts';
import type { HostName } from '../../../src/model/ids.ts';
import type { BuildId, BuildPlace, PlannedPlay } from '../../../src/model/plan.ts';
import { planPlay } from '../../../src/plan/plan-play.ts';
import { narrowPlay } from '../../../src/plan/saved/narrow-play.ts';
import { kernelBuildersOf, playOfSavedPlan, scriptsOfSavedHost } from '../../../src/plan/saved/play-of-saved-plan.ts';
import { recheckBuild } from '../../../src/plan/saved/recheck-build.ts';
import { recheckHost } from '../../../src/plan/saved/recheck-host.ts';
import { recordBasis } from '../../../src/plan/saved/record-basis.ts';
import { type Renewal, renewPlay } from '../../../src/plan/saved/renew-play.ts';
import { type PlayBasis, savedPlanFormat } from '../../../src/plan/saved/saved-plan.ts';
import type { Target } from '../../../src/plan/target.ts';
import { assertValidSavedPlan } from '../../support/event-validator.ts';
import {
  bind,
  decisions,
  locate,
  lost,
  makeBuilder,
  makeFacts,
  makeHost,
  makeKernel,
  makePlan,
  makeRule,
  makeScript,
  makeTree,
  type PlanParts,
  place,
  planInput,
  ready,
} from '../rig.ts';

const newer = makeKernel('6.1.0-57-cloud-amd64');
const builder = makeBuilder('builder', {
  trees: [makeTree(undefined, { signFile: '/x/sign-file' }), makeTree(newer.release)],
  readableKeys: ['/k'],
});

/** Plans, saves, and reads again. */
function saved(parts: PlanParts): { readonly planned: PlannedPlay; readonly basis: PlayBasis } {
  const input = planInput({ builders: [builder], ...parts });
  const planned = planPlay(input);
  const basis = recordBasis({
    ...input,
    planned,
    buildHosts: input.builders.map(({ host }) => host),
    modules: new Map(),
    digest: digestValue,
  });
  const sealed = sealPlan({
    format: savedPlanFormat,
    made: { at: '2026-11-23T13:00:00.000Z', by: '0.1.0' },
    plan: { format: 'tapbook-plan/1', playbook: 'play.yml', plays: [planned] },
    playbook: { sha256: digestValue('text') },
    inventory: { sources: ['hosts.ini'], sha256: digestValue([]), connectionVars: {} },
    basis: [basis],
  });
  const read = JSON.parse(JSON.stringify(sealed));
  assertValidSavedPlan(read);
  expect(read).toEqual(sealed);
  return { planned: read.plan.plays[0], basis: read.basis[0] };
}

const running = ({ hosts }: PlannedPlay): readonly HostName[] =>
  hosts.filter(({ decision }) => decision.kind === 'run').map(({ name }) => name);

describe('what a plan rests on', () => {
  test('a play, all of its options included, comes out as it went in', () => {
    const scripts = [
      makeScript({
        source: {
          path: 'io.stp',
          text: 'probe begin { exit() }',
          printedBy: { command: ['tools/make', 'a b'], sha256: 'a'.repeat(64) },
        },
        args: [],
        run: { kind: 'until-exit', limitSeconds: 60 },
        bufferMb: 8,
        stapOptions: {
          guru: true,
          skipBadvars: false,
          defines: { MAXSTRINGLEN: '256' },
          tapsets: [{ directory: 't', files: [{ path: 'a.stp', text: '#' }] }],
          useServer: 'host:1',
        },
      }),
    ];
    const targetProcess = { by: 'name', value: 'postgres', which: 'oldest' } as const;
    const sign = { key: 'pkcs11:k', hash: 'sha256', certificate: { path: 'c', base64: 'AA==' } };
    const parts: PlanParts = {
      play: {
        scripts,
        sign,
        kernels: [makeRule('6.1.*', { machine: 'x86_64', stapOptions: { compatible: '4.0' }, sign }), makeRule('6.2')],
        preconditions: { packages: ['systemtap-runtime'], maxLoadPerCpu: 2, commands: [{ value: 'true', place }] },
        onDrift: 'replan',
        buildLimits: { nice: 5, jobs: 2, timeoutSeconds: 60, memoryBytes: 2e9 },
      },
      kernelBuilders: { 1: ['builder'] },
      targets: [
        ready('db1', {
          scripts: scripts.map(script => bind(script, { args: ['1'], targetProcess, outputFile: 'x.txt' })),
        }),
      ],
    };
    const { planned, basis } = saved(parts);
    expect(decisions(planned)).toEqual(['db1 runs io@6.1.0-56-cloud-amd64/x86_64 as login-user']);
    expect(anew(planned, basis, parts.targets ?? [])).toEqual(planned);
  });

  test('what is planned from it, from the same facts, is the same plan', () => {
    fc.assert(
      fc.property(fleet, targets => {
        const { planned, basis } = saved({ targets });
        expect(anew(planned, basis, targets).builds).toEqual(planned.builds);
        expect(anew(planned, basis, targets).kernelGroups).toEqual(planned.kernelGroups);
        const whole = renewPlay(planned, { renewals: all(planned, 'as-planned'), places: new Map(), fresh: undefined });
        const { hosts, ...rest } = whole;
        const { hosts: before, ...others } = planned;
        expect(rest).toEqual(others);
        expect(hosts.map(({ decision }) => decision.kind)).toEqual(before.map(({ decision }) => decision.kind));
      }),
      { numRuns: 60 },
    );
  });
});

/** As it would be planned now. */
function anew(planned: PlannedPlay, basis: PlayBasis, targets: readonly Target[]): PlannedPlay {
  const play = playOfSavedPlan(planned, basis);
  const found = planned.hosts.map(host => [host.name, scriptsOfSavedHost(host, planned, play)] as const);
  const scripts = new Map(found);
  const plan = planPlay({
    ...planInput({ builders: [builder] }),
    play,
    playBuilders: basis.playBuilders,
    kernelBuilders: kernelBuildersOf(basis),
    targets: targets.map(target =>
      target.kind === 'ready' ? { ...target, scripts: scripts.get(target.host.name) ?? [] } : target,
    ),
  });
  return { ...plan, batches: planned.batches };
}

const kinds = ['well', 'newer', 'box', 'unreachable', 'idle'] as const;
const oneHost = fc.tuple(fc.constantFrom(...kinds), fc.constantFrom('1', '5'));
const fleet = fc
  .array(oneHost, { maxLength: 12 })
  .map(hosts => hosts.map(([kind, arg], index) => makeTarget(kind, arg, `h${index}`)));

function makeTarget(kind: (typeof kinds)[number], arg: string, name: string): Target {
  const scripts = [bind(makeScript(), { args: [arg] })];
  if (kind === 'unreachable') return lost(kind, name, { stage: 'connect', cause: 'x' });
  if (kind === 'idle') return ready(name, { scripts: [] });
  if (kind === 'newer') return ready(name, { scripts, facts: { kernel: newer } });
  return ready(name, { scripts, facts: kind === 'box' ? { container: 'lxc' } : {} });
}

function all(planned: PlannedPlay, kind: 'as-planned' | 'replanned'): ReadonlyMap<HostName, Renewal> {
  return new Map(running(planned).map(name => [name, { kind }]));
}

describe('a play that is renewed', () => {
  test('whatever has become of its hosts: each has its place in it once, and who is as planned runs just that', () => {
    const fates = fc.array(fc.constantFrom('as-planned', 'left-out', 'replanned'), { minLength: 12, maxLength: 12 });
    const stap = fc.constantFrom('5.1', '5.2');
    const moved = fc.array(oneHost, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fleet, fates, moved, stap, fc.integer({ min: 1, max: 4 }), (targets, fate, to, version, size) => {
        const { planned, basis } = saved({ targets, play: { serial: [{ kind: 'hosts', count: size }] } });
        const kindOf = (name: string) => fate[Number(name.slice(1))] ?? 'as-planned';
        const later = planned.hosts.map(({ name }) => {
          const [kind, arg] = to[Number(name.slice(1))] ?? ['well', '1'];
          return makeTarget(kind === 'idle' ? 'well' : kind, arg, name);
        });
        const play = playOfSavedPlan(planned, basis);
        const fresh = planPlay({
          ...planInput({
            builders: [
              makeBuilder('builder', {
                stap: { path: '/usr/bin/stap', version, banner: version },
                trees: [makeTree(), makeTree(newer.release)],
              }),
            ],
          }),
          play,
          targets: later.filter(({ host }) => kindOf(host.name) === 'replanned'),
        });
        const renewals = new Map<HostName, Renewal>(
          running(planned).map(name => {
            const kind = kindOf(name);
            return [name, kind === 'left-out' ? { kind, decision: { kind: 'skip', reason: 'x' } } : { kind }];
          }),
        );
        const renewed = renewPlay(planned, { renewals, places: new Map(), fresh });
        expect(renewed.hosts.map(({ name }) => name)).toEqual(planned.hosts.map(({ name }) => name));
        const runs = running(renewed);
        expect(renewed.batches.flat().toSorted()).toEqual([...runs].toSorted());
        expect(renewed.kernelGroups.flatMap(({ hosts }) => hosts).sort()).toEqual([...runs].sort());
        expect(new Set(renewed.builds.map(({ id }) => id)).size).toBe(renewed.builds.length);
        expect(new Set(renewed.kernelGroups.map(({ id }) => id)).size).toBe(renewed.kernelGroups.length);
        for (const [index, { name, kernelGroup, decision }] of renewed.hosts.entries()) {
          const before = planned.hosts[index];
          if (renewals.get(name)?.kind === 'as-planned') {
            expect(decision).toEqual(before?.decision);
          }
          if (decision.kind !== 'run') continue;
          const [script] = decision.scripts;
          const build = renewed.builds.find(({ id }) => id === script?.build);
          expect(build?.hosts.filter(host => host === name)).toEqual([name]);
          expect(build?.kernelGroup).toBe(kernelGroup);
          const source = renewals.get(name)?.kind === 'replanned' ? fresh : planned;
          const was = source.hosts.find(host => host.name === name)?.decision;
          const id = was?.kind === 'run' ? was.scripts[0]?.build : undefined;
          expect(build?.artifact.key).toBe(source.builds.find(other => other.id === id)?.artifact.key);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('a host that comes to another kernel joins the build that is there for it, or gets its own', () => {
    const { planned, basis } = saved({ targets: [ready('a'), ready('b'), ready('c', { facts: { kernel: newer } })] });
    const renew = (stap: string): PlannedPlay => {
      const now = makeBuilder('builder', {
        stap: { path: '/usr/bin/stap', version: stap, banner: `Systemtap translator/driver (version ${stap}/0.192)` },
        trees: [makeTree(), makeTree(newer.release)],
      });
      const fresh = planPlay({
        ...planInput({ builders: [now], targets: [ready('a', { facts: { kernel: newer } })] }),
        play: playOfSavedPlan(planned, basis),
      });
      const renewals = new Map<HostName, Renewal>([
        ...all(planned, 'as-planned'),
        ['a' as HostName, { kind: 'replanned' }],
      ]);
      return renewPlay(planned, { renewals, places: new Map(), fresh });
    };
    const told = ({ builds, kernelGroups }: PlannedPlay) => [
      ...builds.map(({ id, hosts }) => `${id}: ${hosts.join()}`),
      ...kernelGroups.map(({ id, hosts }) => `${id}: ${hosts.join()}`),
    ];
    expect(told(renew('5.1'))).toEqual([
      'io@6.1.0-56-cloud-amd64/x86_64: b',
      'io@6.1.0-57-cloud-amd64/x86_64: c,a',
      '6.1.0-56-cloud-amd64/x86_64: b',
      '6.1.0-57-cloud-amd64/x86_64: c,a',
    ]);
    // Another SystemTap: another module, though of the same script for the same kernel.
    expect(told(renew('5.2'))).toEqual([
      'io@6.1.0-56-cloud-amd64/x86_64: b',
      'io@6.1.0-57-cloud-amd64/x86_64: c',
      'io@6.1.0-57-cloud-amd64/x86_64#2: a',
      '6.1.0-56-cloud-amd64/x86_64: b',
      '6.1.0-57-cloud-amd64/x86_64: c,a',
    ]);
  });

  test('the place of a canary that drops out is taken by the next host, and failures are counted anew', () => {
    const { planned } = saved({
      targets: ['a', 'b', 'c', 'd'].map(name => ready(name)),
      play: {
        serial: [
          { kind: 'hosts', count: 1 },
          { kind: 'percent', percent: 100 },
        ],
        maxFailPercentage: 50,
      },
    });
    expect([planned.batches, planned.rollout.failuresAllowed]).toEqual([[['a'], ['b', 'c', 'd']], 2]);
    const skip: Renewal = { kind: 'left-out', decision: { kind: 'skip', reason: 'x' } };
    const failure = { stage: 'connect', cause: 'x' } as const;
    const unreachable: Renewal = { kind: 'left-out', decision: { kind: 'unreachable', failure } };
    const renew = (changes: Readonly<Record<string, Renewal>>) =>
      renewPlay(planned, {
        renewals: new Map([...all(planned, 'as-planned'), ...(Object.entries(changes) as [HostName, Renewal][])]),
        places: new Map(),
        fresh: undefined,
      });
    const skipped = renew({ a: skip, c: skip });
    expect([skipped.batches, skipped.rollout]).toMatchObject([[['b'], ['d']], { counted: 2, failuresAllowed: 1 }]);
    const stopped = renew({ a: skip, b: unreachable, c: unreachable });
    expect(stopped.rollout.stopped).toBe('2 of 3 hosts failed (67 %), max_fail_percentage is 50');
  });

  test('with a canary for each kernel, a kernel that is new to the play gets one', () => {
    const { planned, basis } = saved({
      targets: ['a', 'b', 'c'].map(name => ready(name)),
      play: { canary: 'per-kernel', retry: { retries: 2, delaySeconds: 1 } },
    });
    expect(planned.batches).toEqual([['a'], ['b', 'c']]);
    const play = playOfSavedPlan(planned, basis);
    expect([play.canary, play.retry]).toEqual(['per-kernel', { retries: 2, delaySeconds: 1 }]);
    const targets = [ready('c', { facts: { kernel: newer } })];
    const fresh = planPlay({ ...planInput({ builders: [builder], targets }), play });
    const renewals = new Map<HostName, Renewal>([
      ...all(planned, 'as-planned'),
      ['c' as HostName, { kind: 'replanned' }],
    ]);
    expect(renewPlay(planned, { renewals, places: new Map(), fresh }).batches).toEqual([['a', 'c'], ['b']]);
  });

  test('who was left out stays so, and it is said as of then', () => {
    const failure = { stage: 'connect', cause: 'it refuses connections', cure: 'start sshd' } as const;
    const targets = [
      lost('unreachable', 'a', failure),
      ready('b', { facts: { freeBytes: 0 } }),
      ready('c', { scripts: [] }),
    ];
    const { planned } = saved({ targets });
    const renewed = renewPlay(planned, { renewals: new Map(), places: new Map(), fresh: undefined });
    expect(decisions(renewed)).toEqual([
      'a unreachable: when it was planned: it refuses connections',
      expect.stringMatching(/^b fails: when it was planned: .*→/),
      'c skipped: no script of it is selected',
    ]);
  });
});

test('a narrowed play has nothing of the others left', () => {
  const { planned } = saved({
    targets: [ready('a'), ready('b'), ready('c', { facts: { kernel: newer } })],
    play: { serial: [{ kind: 'hosts', count: 1 }] },
  });
  const narrowed = narrowPlay(planned, host => host === 'b');
  expect(narrowed).toEqual({
    ...planned,
    kernelGroups: planned.kernelGroups.slice(0, 1).map(group => ({ ...group, hosts: ['b'] })),
    builds: planned.builds.slice(0, 1).map(build => ({ ...build, hosts: ['b'] })),
    hosts: planned.hosts.slice(1, 2),
    batches: [['b']],
    rollout: { ...planned.rollout, counted: 1, failuresAllowed: 1 },
  });
});

describe('a build that is not in the cache', () => {
  const b1 = makeBuilder('b1');
  const b2 = makeBuilder('b2', { stap: { path: '/usr/bin/stap', version: '5.0', banner: 'version 5.0' } });
  const upgraded = (name: string) =>
    makeBuilder(name, { stap: { path: '/usr/bin/stap', version: '5.3', banner: 'version 5.3' } });
  const { planned, basis } = saved({ builders: [b1, b2] });
  const [build] = planned.builds;
  if (build === undefined) throw new Error('nothing is built');

  const recheck = (builders: readonly ReturnType<typeof makeBuilder>[]) => {
    const fresh = makePlan({ builders });
    return recheckBuild(build, basis, fresh, builders, ['db1' as HostName]);
  };
  const hostsOf = (places: readonly BuildPlace[]) => places.map(({ buildHost }) => buildHost);

  test('is made where it would be the same module, by whoever is left of those', () => {
    const cases = [
      [
        [b1, b2],
        ['b1', 'b2'],
      ],
      [
        [b2, b1],
        ['b1', 'b2'],
      ],
      [[upgraded('b1'), b2], ['b2']],
      [[b1, lost('unreachable', 'b2', { stage: 'connect', cause: 'x' })], ['b1']],
    ] as const;
    for (const [builders, expected] of cases) {
      const found = recheck(builders);
      expect(found.kind === 'as-planned' && hostsOf(found.places)).toEqual(expected);
    }
  });

  test('would be another one everywhere: that is said of each build host, with why', () => {
    const was = 'Systemtap translator/driver (version 5.1/0.192)';
    expect(recheck([upgraded('b1'), upgraded('b2')])).toEqual({
      kind: 'drifted',
      changes: [{ what: 'stap on b1', was, is: 'version 5.3' }],
      buildHosts: [
        { host: 'b1', changes: [{ what: 'stap', was, is: 'version 5.3' }] },
        { host: 'b2', changes: [{ what: 'stap', was: 'version 5.0', is: 'version 5.3' }] },
      ],
    });
  });

  test('where nothing differs but the key, it is that', () => {
    const found = recheckBuild(
      build,
      basis,
      makePlan({ builders: [b1, b2], locate: input => ({ ...locate(input), key: 'f'.repeat(64) as never }) }),
      [b1, b2],
      ['db1' as HostName],
    );
    const key = { what: `key of ${build.id}`, was: build.artifact.key.slice(0, 12), is: 'f'.repeat(12) };
    expect(found.kind === 'drifted' && found.buildHosts[0]?.changes).toEqual([key]);
  });

  test('nobody can build it any more: no drift, and why as ever', () => {
    const failure = { stage: 'connect', cause: 'it is gone' } as const;
    const found = recheck([lost('unreachable', 'b1', failure), lost('unreachable', 'b2', failure)]);
    expect(found.kind === 'blocked' && [...found.decisions]).toEqual([
      ['db1', { kind: 'fail', failures: [expect.objectContaining({ stage: 'plan' })] }],
    ]);
  });

  test('places come in the order of the plan, with what is known of them now', () => {
    const renewals = all(planned, 'as-planned');
    const found = recheck([upgraded('b1'), b2]);
    if (found.kind !== 'as-planned') throw new Error('b2 is as it was');
    const places = new Map<BuildId, readonly [BuildPlace, ...BuildPlace[]]>([[build.id, found.places]]);
    const [renewed] = renewPlay(planned, { renewals, places, fresh: undefined }).builds;
    expect([renewed?.buildHost, renewed?.alternatives]).toEqual(['b2', []]);
  });
});

describe('a host that is looked at again', () => {
  const { planned, basis } = saved({ targets: [ready('db1', { facts: { bootId: 'a' } })] });
  const [host] = planned.hosts;
  const [based] = basis.hosts;
  const decision = host?.decision;
  if (decision?.kind !== 'run' || based === undefined) throw new Error('it runs');
  const play = playOfSavedPlan(planned, basis);
  const recheck = (target: Target) => recheckHost(based, decision, target, { play, signed: 'unsigned' });

  test.each([
    ['it is as it was', ready('db1', { facts: { bootId: 'a' } }), { kind: 'as-planned', booted: [] }],
    [
      'it was booted',
      ready('db1', { facts: { bootId: 'b' } }),
      { kind: 'as-planned', booted: [{ what: 'boot-id', was: 'a', is: 'b' }] },
    ],
    [
      'what was loaded is its own matter, unless it is ours',
      ready('db1', { facts: { bootId: 'a', loadedModules: ['io'] } }),
      { kind: 'blocked', decision: { kind: 'fail' } },
    ],
    [
      'it does not answer',
      lost('unreachable', 'db1', { stage: 'connect', cause: 'x' }),
      { kind: 'blocked', decision: { kind: 'unreachable' } },
    ],
    [
      'it is another kernel: what else is wrong with it does not matter',
      ready('db1', { facts: { kernel: newer, freeBytes: 0 } }),
      { kind: 'drifted', changes: [{ what: 'release' }] },
    ],
    [
      'staprun would be run by somebody else',
      ready('db1', {
        facts: {
          ...makeFacts({ bootId: 'a', becomeUser: { name: 'root', uid: 0, groups: [] } }),
          user: { name: 'me', uid: 7, groups: [] },
        },
        host: makeHost('db1', { connection: { kind: 'local', become: { method: 'sudo', user: 'root' } } }),
      }),
      { kind: 'drifted', changes: [{ what: 'runs-as', was: 'login-user', is: 'become-user' }] },
    ],
  ])('%s', (_what, target, expected) => {
    expect(recheck(target)).toMatchObject(expected);
  });
});
