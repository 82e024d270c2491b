import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { PlannedBuild } from '../../../src/model/plan.ts';
import { viewPlay } from '../../../src/report/live/play-view.ts';
import { createTally } from '../../../src/report/tally/run-tally.ts';
import { applyOf, at, host, hosts, inPlay, oldRelease, plan, skipped, unreachable } from '../../support/sample-run.ts';

const begin = Date.parse('2026-11-23T00:41:05.000Z');

/** What is shown `seconds` after the run began, of an apply of which all events up to then have come. */
function viewAt(seconds: number, events: Iterable<Event>, width = 76) {
  const { tally, read } = createTally();
  for (const event of events) if (Date.parse(event.time) <= begin + seconds * 1000) read(event);
  const play = tally.focus;
  if (play === undefined) throw new Error('no play has begun');
  const { probe, build, groups = [], run } = viewPlay(play, begin + seconds * 1000, width);
  return [probe, build, ...groups, run].flatMap(view => (view === undefined ? [] : `${view.state}: ${view.title}`));
}

const small = plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable], old: hosts('legacy1') });

test.each<[number, string[]]>([
  [0.5, ['running: Probe hosts: 0/6 ok']],
  [1.3, ['running: Probe hosts: 5/6 ok · 1 unreachable']],
  [
    31,
    [
      'failed: Probe hosts: 5/6 ok · 1 unreachable · 1.2s',
      'running: Build modules: 1/2 ready · 1 cached',
      'running: 6.1.0-13-cloud-amd64 x86_64 (3 hosts): ioread_top5 on builder1 29s',
      'done: 2.6.18-398.el5 x86_64 (1 host): 1 module cached',
    ],
  ],
  [
    50,
    [
      'failed: Probe hosts: 5/6 ok · 1 unreachable · 1.2s',
      'done: Build modules: 2/2 ready · 1 built · 1 cached · 40s',
      'done: 6.1.0-13-cloud-amd64 x86_64 (3 hosts): 1 module',
      'done: 2.6.18-398.el5 x86_64 (1 host): 1 module cached',
      'running: Run, batch 1 of 2: 0/4 ok · 1 running 8s',
    ],
  ],
])('after %d seconds', (seconds, shown) => {
  expect(viewAt(seconds, applyOf(small))).toEqual(shown);
});

test('a canary is shown where its kernel is, and a build that moves waits for its new host', () => {
  const planned = plan(hosts('db1'));
  const [build] = planned.builds;
  if (build === undefined) expect.fail('it builds');
  const { module, release, machine, buildHost } = build;
  const canary = { release, machine, buildHost, stap: '5.1' };
  const words = { build: build.id, module, release, machine };
  const to = host('builder2');
  const failure = { stage: 'build', cause: 'the build host was lost' } as const;
  const told = [
    at(2, { kind: 'canary-started', ...canary }),
    at(33, { kind: 'canary-finished', ...canary, seconds: 31, result: { kind: 'ok' } }),
    at(33.1, { kind: 'build-started', ...words, buildHost }),
    at(40, { kind: 'build-moved', ...words, from: buildHost, to, failure }),
    at(40.1, { kind: 'canary-started', ...canary, buildHost: to }),
  ];
  const untilBuild = [...applyOf(planned)].filter(event => Date.parse(event.time) < begin + 1500);
  const shown = (seconds: number) => viewAt(seconds, [...untilBuild, ...told]).slice(1);
  const head = 'running: 6.1.0-13-cloud-amd64 x86_64 (1 host):';
  const none = 'running: Build modules: 0/1 ready';
  expect(shown(14)).toEqual([none, `${head} canary on builder1 12s`]);
  expect(shown(33)).toEqual([none, `${head} waiting`]);
  expect(shown(39.5)).toEqual([none, `${head} ioread_top5 on builder1 6s`]);
  expect(shown(40)).toEqual([none, `${head} waiting`]);
  expect(shown(50)).toEqual([none, `${head} canary on builder2 9s`]);
});

test('while hosts may still join, the builds are not over, and the stage counts those that come', () => {
  const first = plan(hosts('db1'));
  const whole = plan(hosts('db1'), { old: hosts('legacy1') });
  const { builds } = whole;
  const known = [...applyOf(first)].filter(({ kind }) => kind === 'run-started' || kind === 'play-started');
  const built = (build: PlannedBuild, seconds: number) =>
    at(seconds, {
      kind: 'build-finished',
      build: build.id,
      module: build.module,
      release: build.release,
      machine: build.machine,
      buildHost: build.buildHost,
      result: { kind: 'built', key: build.artifact.key, seconds: 3, bytes: 9, warnings: 0 },
    });
  const events = [
    ...known,
    at(1, { kind: 'play-planned', plan: first, awaited: hosts('legacy1') }),
    ...builds.filter(({ id }) => first.builds.some(build => build.id === id)).map(build => built(build, 4)),
    at(20, { kind: 'play-planned', plan: whole, joined: hosts('legacy1') }),
    ...builds.filter(({ id }) => !first.builds.some(build => build.id === id)).map(build => built(build, 30)),
  ];
  expect(viewAt(5, events).slice(1)).toEqual(['running: Build modules: 1/1 ready · 1 built']);
  expect(viewAt(21, events)[1]).toBe('running: Build modules: 1/2 ready · 1 built');
  expect(viewAt(31, events)[1]).toBe('done: Build modules: 2/2 ready · 2 built · 26s');
});

test('a host that waits for its module is not late', () => {
  const whole = plan(hosts('db1'), { old: hosts('legacy1') });
  const events = [...applyOf(whole)].filter(event => event.kind !== 'build-finished' || event.release === oldRelease);
  const waiting = [
    ...events.slice(
      0,
      events.findIndex(({ kind }) => kind === 'batch-started'),
    ),
    at(42, { kind: 'batch-started', batch: 1, of: 1, hosts: hosts('db1', 'legacy1') }),
  ];
  expect(viewAt(60, waiting).at(-1)).toBe('running: Run: 0/2 ok · 0 running 18s · waiting 18s for legacy1');
});

test('what is built for a later play takes no turn from the one that runs', () => {
  const { tally, read } = createTally();
  const own = [...applyOf(small)].filter(({ kind }) => kind !== 'run-finished');
  const [build] = small.builds;
  if (build === undefined) expect.fail('it builds');
  const { id, module, release, machine, buildHost } = build;
  const ahead = at(200, { kind: 'build-started', build: id, module, release, machine, buildHost }, 2);
  const planned = own.filter(({ kind }) => kind === 'play-started' || kind === 'play-planned');
  const batch = own.findIndex(({ kind }) => kind === 'batch-started');
  for (const event of own.slice(0, batch)) read(event);
  for (const event of inPlay(2, planned)) read(event);
  for (const event of own.slice(batch, batch + 1)) read(event);
  read(ahead);
  expect(tally.focus).toBe(tally.plays[0]);
  for (const event of own.slice(batch + 1)) read(event);
  for (const { name } of small.hosts) read(at(190, { kind: 'host-finished', host: name, outcome: { kind: 'ok' } }));
  read(ahead);
  expect(tally.focus).toBe(tally.plays[1]);
});

test('who does not answer is named after five seconds', () => {
  const silent = function* () {
    for (const event of applyOf(small)) {
      if (event.kind === 'play-planned') return;
      if (event.kind !== 'host-probed' || event.host !== host('db2')) yield event;
    }
  };
  expect(viewAt(5, silent())).toEqual(['running: Probe hosts: 4/6 ok · 1 unreachable']);
  expect(viewAt(12.2, silent())).toEqual(['running: Probe hosts: 4/6 ok · 1 unreachable · waiting 12s for db2']);
});

test('whose probes are still being armed is told, and is not late', () => {
  const slow = function* () {
    for (const event of applyOf(small)) {
      if ((event.kind === 'script-armed' || event.kind === 'script-finished') && event.host === host('db2')) continue;
      if (event.kind === 'host-finished' && event.host === host('db2')) continue;
      if (event.kind !== 'run-finished') yield event;
    }
  };
  const last = (seconds: number) => viewAt(seconds, slow(), 120).at(-1);
  expect(last(76)).toBe('running: Run, batch 2 of 2: 1/4 ok · 1 failed · 2 running 3s');
  expect(last(112)).toBe('running: Run, batch 2 of 2: 2/4 ok · 1 failed · 1 running 39s · db2 arming probes');
  expect(viewAt(112, slow(), 60).at(-1)).toBe('running: Run, batch 2 of 2: 2/4 ok · 1 failed · db2 arming probes');
});

test('who runs longer than planned, and who does not start, is named too', () => {
  const stuck = function* () {
    for (const event of applyOf(small)) {
      if (event.kind === 'script-started' && event.host === host('legacy1')) continue;
      if (event.kind === 'script-finished' || event.kind === 'host-finished') {
        if (event.host === host('legacy1') || event.host === host('db2')) continue;
      }
      if (event.kind !== 'run-finished') yield event;
    }
  };
  const last = (seconds: number) => viewAt(seconds, stuck()).at(-1);
  expect(last(76)).toBe('running: Run, batch 2 of 2: 1/4 ok · 1 failed · 1 running 3s');
  expect(last(80)).toBe('running: Run, batch 2 of 2: 1/4 ok · 1 failed · 1 running 7s · waiting 7s for legacy1');
  expect(viewAt(112, stuck(), 120).at(-1)).toBe(
    'running: Run, batch 2 of 2: 1/4 ok · 1 failed · 1 running 39s · waiting 39s for db2,legacy1',
  );
  // Where there is no room for both, they are named.
  expect(viewAt(112, stuck()).at(-1)).toBe(
    'running: Run, batch 2 of 2: 1/4 ok · 1 failed · waiting 39s for db2,legacy1',
  );
});

test('since when is told however little room there is; the names give way to it', () => {
  const every = hosts(...Array.from({ length: 300 }, (_, index) => `db${String(index).padStart(3, '0')}`));
  const many = plan(every, { leftOut: [unreachable] });
  const heard = new Set(every.filter((_, index) => index % 3 === 0));
  const all = [...applyOf(many)];
  const silent = all
    .slice(0, all.map(({ kind }) => kind).indexOf('play-planned'))
    .filter(event => event.kind !== 'host-probed' || heard.has(event.host) || event.result.kind !== 'ok');
  const shown = [120, 80, 76, 60, 50, 30].map(width => viewAt(72, silent, width).join('\n'));
  expect(shown.join('\n')).toMatchInlineSnapshot(`
    "running: Probe hosts: 100/301 ok · 1 unreachable · waiting 1m11s for db[001,002] and 199 more
    running: Probe hosts: 100/301 ok · 1 unreachable · waiting 1m11s for db001 and 200 more
    running: Probe hosts: 100/301 ok · 1 unreachable · waiting 1m11s for 201 hosts
    running: Probe hosts: 100/301 ok · 1 unreachable · waiting 1m11s
    running: Probe hosts: 100/301 ok · 1 unrea… · waiting 1m11s
    running: Probe hosts:… · waiting 1m11s"
  `);
});

test('titles are cut to the width, and many kernels to eight lines', () => {
  const kernels = Array.from({ length: 12 }, (_, index) =>
    plan(hosts(`db${index}`)).kernelGroups.map(group => ({
      group: { ...group, id: `${group.id}.${index}` as typeof group.id },
      index,
    })),
  ).flat();
  const [build] = small.builds;
  if (build === undefined) throw new Error('the plan builds something');
  const many = {
    ...small,
    kernelGroups: kernels.map(({ group }) => group),
    builds: kernels.map(({ group, index }) => ({
      ...build,
      id: `${build.id}.${index}` as typeof build.id,
      kernelGroup: group.id,
    })),
  };
  const shown = viewAt(31, applyOf(many), 40);
  expect(shown.length).toBe(2 + 8);
  expect(shown.at(-1)).toBe('running: 5 more kernels: 0/5 done');
  expect(shown[2]).toBe('running: 6.1.0-13-cloud-amd64 x86_64 (1 host): i…');
});
