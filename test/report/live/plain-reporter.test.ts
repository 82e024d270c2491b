import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { PlannedHost, PlannedPlay } from '../../../src/model/plan.ts';
import { createPlainReporter } from '../../../src/report/live/plain-reporter.ts';
import type { Verbosity } from '../../../src/report/live/reporter-options.ts';
import { createMemoryStream } from '../../support/memory-stream.ts';
import {
  applyOf,
  at,
  finished,
  host,
  hosts,
  line,
  plan,
  skipped,
  started,
  unreachable,
} from '../../support/sample-run.ts';

async function report(events: Iterable<Event>, verbosity: Verbosity = 'normal') {
  const stdout = createMemoryStream();
  const stderr = createMemoryStream();
  const colour = { stdout: 'plain', stderr: 'plain' } as const;
  const options = {
    stdout,
    stderr,
    columns: () => 80,
    colour,
    verbosity,
    now: () => Date.now(),
    onBrokenPipe: () => {},
  };
  const reporter = createPlainReporter(options);
  for (const event of events) reporter.read(event);
  await reporter.close();
  return { stdout: stdout.text(), stderr: stderr.text() };
}

const small = plan(hosts('db1', 'db2', 'db3'), { leftOut: [skipped, unreachable], old: hosts('legacy1') });
const fleet = (count: number): PlannedPlay =>
  plan(hosts(...Array.from({ length: count }, (_, index) => `db${String(index + 1).padStart(3, '0')}`)));

test('an apply of three hosts', async () => {
  const { stdout, stderr } = await report(applyOf(small));
  expect(stdout).toMatchInlineSnapshot(`
    "db1 | 3431---pcscd---240---3
    db2 | 3431---pcscd---240---3
    legacy1 | 3431---pcscd---240---7
    "
  `);
  expect(stderr).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml
    play "Who reads most on the databases": 6 hosts (db[1-3,9],legacy1,web1), build hosts: builder1
    db9: unreachable at connect: connection refused by 192.0.2.9:22; start sshd there
    Plan: 1 to build, 1 cached; 4 hosts run in 2 batches; 0 fail, 1 unreachable, 1 skipped.
    build ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1
    built ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1 in 40s, 312kB, 2 warnings in /state/tapbook/runs/20261123T004105Z-1a2b3c/build/ioread_top5.log
    batch 1 of 2: 1 host (db1)
    batch 2 of 2: 3 hosts (db[2,3],legacy1)
    db3: failed at load: the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists; tapbook clean
    run ended after 1m44s: 3 ok, 1 failed; exit 2

    RECAP
    db1     : ok=1 failed=0 unreachable=0 skipped=0
    db2     : ok=1 failed=0 unreachable=0 skipped=0
    db3     : ok=0 failed=1 unreachable=0 skipped=0
    legacy1 : ok=1 failed=0 unreachable=0 skipped=0
    web1    : ok=0 failed=0 unreachable=0 skipped=1
    db9     : ok=0 failed=0 unreachable=1 skipped=0
    builds: 1 built, 1 cached
    time: probe 1.2s, build 40s, run 1m2s, all 1m44s
    files: /state/tapbook/runs/20261123T004105Z-1a2b3c
    skipped web1: its kernel 5.10.0-9-amd64 matches no entry of kernels
    failed db3 at load: the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Rerun with staprun option '-R'
        cure: tapbook clean
    unreachable db9 at connect: connection refused by 192.0.2.9:22
        cure: start sshd there
    these hosts only: --limit @/state/tapbook/runs/20261123T004105Z-1a2b3c/failed.hosts
    "
  `);
});

test('the same, verbose', async () => {
  const { stderr } = await report(applyOf(small), 'verbose');
  expect(stderr.slice(0, stderr.indexOf('\nRECAP'))).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml
    play "Who reads most on the databases": 6 hosts (db[1-3,9],legacy1,web1), build hosts: builder1
    build host builder1: probed in 0.4s, 6.1.0-13-cloud-amd64 x86_64
    db1: probed in 0.4s, 6.1.0-13-cloud-amd64 x86_64
    db2: probed in 0.4s, 6.1.0-13-cloud-amd64 x86_64
    db3: probed in 0.4s, 6.1.0-13-cloud-amd64 x86_64
    legacy1: probed in 0.4s, 6.1.0-13-cloud-amd64 x86_64
    web1: probed in 0.4s, 6.1.0-13-cloud-amd64 x86_64
    db9: unreachable at connect: connection refused by 192.0.2.9:22; start sshd there
    Plan: 1 to build, 1 cached; 4 hosts run in 2 batches; 0 fail, 1 unreachable, 1 skipped.
    build ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1
    built ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1 in 40s, 312kB, 2 warnings in /state/tapbook/runs/20261123T004105Z-1a2b3c/build/ioread_top5.log
    ioread_top5@2.6.18-398.el5/x86_64: cached
    web1: skipped: its kernel 5.10.0-9-amd64 matches no entry of kernels
    batch 1 of 2: 1 host (db1)
    db1: ioread_top5 runs
    db1: ioread_top5 was stopped as planned after 30s
    db1: ok
    batch 2 of 2: 3 hosts (db[2,3],legacy1)
    db3: failed at load: the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists; tapbook clean
    db2: ioread_top5 runs
    legacy1: ioread_top5 runs
    db2: ioread_top5 was stopped as planned after 30s
    db2: ok
    legacy1: ioread_top5 was stopped as planned after 30s
    legacy1: ok
    run ended after 1m44s: 3 ok, 1 failed; exit 2
    "
  `);
});

test('what is wrong with a host is said once, by whichever play finds it first', async () => {
  const failure = { stage: 'plan', cause: 'no staprun', cure: 'install it' } as const;
  const unfit: PlannedHost = { name: host('db8'), groups: [], decision: { kind: 'fail', failures: [failure] } };
  const play = { ...plan(hosts('db1'), { leftOut: [unreachable, unfit] }), name: 'one' };
  const planning = [...applyOf(play)].filter(({ kind }) =>
    ['play-started', 'host-probed', 'play-planned'].includes(kind),
  );
  const another = planning.map(
    (event): Event =>
      event.kind === 'play-started'
        ? { ...event, play: 'two' }
        : event.kind === 'play-planned'
          ? { ...event, plan: { ...event.plan, name: 'two' } }
          : event,
  );
  if (unreachable.decision.kind !== 'unreachable') expect.fail('it is left out');
  const ends = [
    at(2, finished(host('db9'), unreachable.decision)),
    at(2, finished(host('db8'), { kind: 'failed', failure })),
  ];
  const { stderr } = await report([...planning, ...another, ...ends, ...ends]);
  expect(stderr).toMatchInlineSnapshot(`
    "play "one": 3 hosts (db[1,8,9]), build hosts: builder1
    db9: unreachable at connect: connection refused by 192.0.2.9:22; start sshd there
    Plan: 1 to build, 0 cached; 1 host runs in 1 batch; 1 fails, 1 unreachable, 0 skipped.
    play "two": 3 hosts (db[1,8,9]), build hosts: builder1
    Plan: 1 to build, 0 cached; 1 host runs in 1 batch; 1 fails, 1 unreachable, 0 skipped.
    db8: failed at plan: no staprun; install it
    "
  `);
});

test('300 hosts have a recap of a few lines', async () => {
  const { stdout, stderr } = await report(applyOf(fleet(300)));
  expect(stdout.split('\n').length).toBe(271);
  expect(stderr.slice(stderr.indexOf('RECAP'))).toMatchInlineSnapshot(`
    "RECAP
    db[001,002,004-012,014-022] and 250 more (270)   : ok=1 failed=0 unreachable=0
    db[003,013,023,033,043,053,063] and 23 more (30) : ok=0 failed=1 unreachable=0
    builds: 1 built, 0 cached
    time: probe 1.2s, build 40s, run 1m2s, all 1m44s
    files: /state/tapbook/runs/20261123T004105Z-1a2b3c
    failed db[003,013,023,033,043,053,063,073] and 22 more (30 hosts) at load: the kernel refuses the module: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Couldn't insert module 'ioread_top5.ko': File exists
        | ERROR: Rerun with staprun option '-R'
        cure: tapbook clean
    these hosts only: --limit @/state/tapbook/runs/20261123T004105Z-1a2b3c/failed.hosts
    "
  `);
});

test('remote text cannot act on the terminal, and stderr is told apart', async () => {
  const { stdout, stderr } = await report([
    started,
    line(1, host('db1'), '\x1b]0;owned\x07\x1b[2Jhello'),
    line(1, host('db1'), 'WARNING: Number of errors: 0, skipped probes: 3', 'stderr'),
    at(2, finished(host('db1'), { kind: 'degraded', notes: ['3 probes\x1b[31m were skipped'] })),
  ]);
  expect(stdout).toBe('db1 | hello\n');
  expect(stderr.split('\n').slice(1)).toEqual([
    'db1 ! WARNING: Number of errors: 0, skipped probes: 3',
    'db1: degraded: 3 probes were skipped',
    '',
  ]);
});

test('what is not as a saved plan has it: what is left out or fails is told with its fate', async () => {
  const changes = [
    { what: 'release', was: '6.1', is: '6.2\x1b[31m' },
    { what: 'inventory', was: 'db1' },
  ];
  const drifted = (onDrift: 'fail' | 'skip' | 'replan', role: 'target' | 'build-host' = 'target') =>
    at(1, { kind: 'host-drifted', host: host('h'), role, changes, onDrift });
  const events = [drifted('fail'), drifted('skip'), drifted('replan'), drifted('fail', 'build-host')];
  expect((await report(events)).stderr).toMatchInlineSnapshot(`
    "h is not as it was planned: release 6.1 → 6.2, inventory db1 → none; it is planned anew
    build host h is not as it was planned: release 6.1 → 6.2, inventory db1 → none
    "
  `);
});

test('what comes up once has its line', async () => {
  const { stderr } = await report(
    [
      at(1, { kind: 'notice', severity: 'warning', text: 'SIGINT: no further host is begun' }),
      at(1, { kind: 'notice', severity: 'info', text: 'an old connection is used' }),
      at(1, { kind: 'rollout-stopped', reason: 'more than 5 % of the hosts have failed' }),
      at(1, finished(host('db1'), { kind: 'not-started', reason: 'more than 5 % of the hosts have failed' })),
      at(1, finished(host('db2'), { kind: 'interrupted' })),
    ],
    'verbose',
  );
  expect(stderr).toMatchInlineSnapshot(`
    "warning: SIGINT: no further host is begun
    an old connection is used
    rollout stopped: more than 5 % of the hosts have failed
    db1: not-started: more than 5 % of the hosts have failed
    db2: interrupted
    "
  `);
});

test('a build host that fails, and who takes over, is told as it happens and at the end', async () => {
  const planned = plan(hosts('db1'));
  const [build] = planned.builds;
  if (build === undefined) expect.fail('it builds');
  const { release, machine, buildHost, module } = build;
  const words = { build: build.id, module, release, machine };
  const to = host('builder2');
  const failure = { stage: 'build', cause: 'the build host was lost: the host closed the connection' } as const;
  const events = [...applyOf(planned)].flatMap((event): Event[] => {
    if (event.kind === 'build-finished') return [{ ...event, buildHost: to }];
    if (event.kind !== 'build-started') return [event];
    const canary = { release, machine, buildHost: to, stap: '5.1' };
    return [
      event,
      at(20, { kind: 'build-moved', ...words, from: buildHost, to, failure }),
      at(20.1, { kind: 'canary-started', ...canary }),
      at(35.1, { kind: 'canary-finished', ...canary, seconds: 15, result: { kind: 'ok' } }),
      at(35.2, { kind: 'build-started', ...words, buildHost: to }),
    ];
  });
  const { stderr } = await report(events);
  expect(stderr).toMatchInlineSnapshot(`
    "run 20261123T004105Z-1a2b3c: apply playbooks/io.yml
    play "Who reads most on the databases": 1 host (db1), build hosts: builder1
    Plan: 1 to build, 0 cached; 1 host runs in 1 batch; 0 fail, 0 skipped.
    build ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder1
    build ioread_top5@6.1.0-13-cloud-amd64/x86_64 moves from builder1 to builder2: the build host was lost: the host closed the connection
    canary for 6.1.0-13-cloud-amd64 with stap 5.1 on builder2
    canary for 6.1.0-13-cloud-amd64 with stap 5.1 on builder2: ok, 15s
    build ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder2
    built ioread_top5@6.1.0-13-cloud-amd64/x86_64 on builder2 in 40s, 312kB, 2 warnings in /state/tapbook/runs/20261123T004105Z-1a2b3c/build/ioread_top5.log
    batch 1 of 1: 1 host (db1)
    run ended after 1m13s: 1 ok; exit 0

    RECAP
    db1 : ok=1 failed=0 unreachable=0
    builds: 1 built, 0 cached
    time: probe 1.2s, build 40s, run 31s, all 1m13s
    files: /state/tapbook/runs/20261123T004105Z-1a2b3c
    warning: builder2 took over from build host builder1: the build host was lost: the host closed the connection
    "
  `);
});

test('who took clearly longer than most is named', async () => {
  const recapOf = async (...seconds: readonly number[]) => {
    const took = new Map(seconds.map((second, index) => [host(`db${index + 1}`), second]));
    const events = [...applyOf(plan([...took.keys()]))].map(event => {
      if (event.kind !== 'host-finished') return event;
      return { ...event, seconds: took.get(event.host) ?? 0 };
    });
    const { stderr } = await report(events);
    return stderr.slice(stderr.indexOf('time:'), stderr.indexOf('files:'));
  };
  // db3 fails.
  expect(await recapOf(12, 41, 300, 11.7, 12.2, 13, 39)).toMatchInlineSnapshot(`
    "time: probe 1.2s, build 40s, run 1m2s, all 1m44s
    slowest: db2 41s, db7 39s (median 12s)
    "
  `);
  expect(await recapOf(12, 20, 12)).toMatchInlineSnapshot(`
    "time: probe 1.2s, build 40s, run 1m2s, all 1m44s
    "
  `);
  expect(await recapOf(0.4, 5)).toMatchInlineSnapshot(`
    "time: probe 1.2s, build 40s, run 1m2s, all 1m44s
    "
  `);
  expect(await recapOf(2, 7)).toMatchInlineSnapshot(`
    "time: probe 1.2s, build 40s, run 1m2s, all 1m44s
    slowest: db2 7s (median 2s)
    "
  `);
  const fleetOf = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? 60 + index : 10));
  expect(await recapOf(...fleetOf)).toMatchInlineSnapshot(`
    "time: probe 1.2s, build 40s, run 1m2s, all 1m44s
    slowest: db28 1m27s, db25 1m24s, db22 1m21s, db19 1m18s, db16 1m15s and 4 more (median 10s)
    "
  `);
});
