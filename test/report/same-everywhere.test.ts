import { expect, test } from 'vitest';
import { exitCodeOfHosts, exitCodes } from '../../src/cli/exit-code.ts';
import { createFleet } from '../../src/engine/fleet/fleet.ts';
import { createFleetHostRunner } from '../../src/engine/rollout/fleet-host-runner.ts';
import { runPlay } from '../../src/engine/rollout/run-play.ts';
import { createSummaryCollector } from '../../src/history/write/run-summary.ts';
import type { Event, EventBody } from '../../src/model/event.ts';
import type { HostName } from '../../src/model/ids.ts';
import { countHosts, type HostOutcome } from '../../src/model/outcome.ts';
import type { PlannedHost } from '../../src/model/plan.ts';
import { formatReport } from '../../src/report/page/format-report.ts';
import { playOutcomes } from '../../src/report/tally/play-outcomes.ts';
import { createTally } from '../../src/report/tally/run-tally.ts';
import { formatRecap } from '../../src/report/texts/recap.ts';
import { createSshTransport } from '../../src/transport/ssh/ssh-transport.ts';
import { connectOptions } from '../support/connect-options.ts';
import { usualBudget } from '../support/keep-budget.ts';
import { at, host, plan, runId, skipped, started, unreachable } from '../support/sample-run.ts';

const twice: PlannedHost = {
  name: host('db2'),
  groups: [],
  decision: {
    kind: 'fail',
    failures: [
      { stage: 'plan', cause: 'staprun is missing', cure: 'apt-get install systemtap-runtime' },
      { stage: 'plan', cause: '2 MB are free in /tmp', cure: 'make room there' },
    ],
  },
};
const planned = { ...plan([], { leftOut: [twice, unreachable, skipped] }), batches: [] };
const names = planned.hosts.map(({ name }) => name);
const wanted = {
  db2: {
    kind: 'failed',
    failure: {
      stage: 'plan',
      cause: 'staprun is missing; 2 MB are free in /tmp',
      cure: 'apt-get install systemtap-runtime; make room there',
    },
  },
  db9: { kind: 'unreachable', failure: unreachable.decision.kind === 'unreachable' && unreachable.decision.failure },
  web1: { kind: 'skipped', reason: skipped.decision.kind === 'skip' && skipped.decision.reason },
};

/** What the engine itself says of the plan's hosts, and the events that it says it with. */
async function carryOut(): Promise<{ outcomes: ReadonlyMap<HostName, HostOutcome>; events: readonly EventBody[] }> {
  const events: EventBody[] = [];
  const never = new AbortController().signal;
  await using fleet = createFleet(createSshTransport(), connectOptions().limits, never);
  const { outcomes } = await runPlay({
    plan: planned,
    hosts: new Map(),
    uploadDirectories: new Map(),
    provide: async () => new Map(),
    failedBefore: new Set(),
    fleet,
    runHost: createFleetHostRunner(fleet),
    events: { emit: event => void events.push(event), congestion: () => undefined },
    run: runId,
    forks: 1,
    leaseSeconds: 30,
    armSeconds: 30,
    endSeconds: 30,
    keep: usualBudget(),
    stop: never,
    abandon: never,
  });
  return { outcomes, events };
}

const exitOf = (outcomes: Iterable<readonly [HostName, HostOutcome]>) =>
  exitCodeOfHosts(countHosts([new Map(outcomes)]));

test('the engine tells all that is wrong with a host', async () => {
  const { outcomes } = await carryOut();
  expect(Object.fromEntries(outcomes)).toEqual(wanted);
  expect(exitOf(outcomes)).toBe(exitCodes.failedAndUnreachable);
});

test.each([
  ['run to its end', async () => (await carryOut()).events],
  ['that was killed after it was planned', async () => []],
])('the history, the recap and the page tell the same of a run %s', async (_what, happened) => {
  const collector = createSummaryCollector();
  const { tally, read } = createTally();
  const events: Event[] = [
    started,
    at(0.1, { kind: 'play-started', play: planned.name, hosts: names, buildHosts: [] }),
    at(1, { kind: 'play-planned', plan: planned }),
    ...(await happened()).map(body => at(2, body)),
  ];
  for (const event of events) {
    collector.read(event, event.kind === 'run-started' ? undefined : 0);
    read(event);
  }

  const { plays } = collector.summary(true);
  expect(plays[0]?.hosts).toEqual(wanted);
  expect(exitOf(Object.entries(plays[0]?.hosts ?? {}) as [HostName, HostOutcome][])).toBe(
    exitCodes.failedAndUnreachable,
  );
  const told = playOutcomes(tally.plays[0] as NonNullable<(typeof tally.plays)[0]>, tally);
  expect(Object.fromEntries(told)).toEqual(wanted);

  const options = { colour: 'plain', columns: 200, verbosity: 'normal', sentences: 'whole' } as const;
  expect(formatRecap(tally, options).split('\n')).toEqual(
    expect.arrayContaining([
      'failed db2 at plan: staprun is missing; 2 MB are free in /tmp',
      '    cure: apt-get install systemtap-runtime; make room there',
    ]),
  );
  const page = formatReport({
    entry: { id: runId, directory: '/state', state: 'unreadable', reason: 'it is made up' },
    tally,
    notices: [],
    trouble: [],
    tables: { kind: 'tables', tables: [], histograms: [] },
    series: [],
    matrices: [],
    spans: [],
    ends: [],
    outputs: [],
    outputsLeftOut: 0,
  });
  expect(page).toContain('<p>staprun is missing; 2 MB are free in /tmp</p>');
  expect(page).toContain('<strong>Cure:</strong> apt-get install systemtap-runtime; make room there');
  expect(page).toContain('<td class="why">at plan: staprun is missing; 2 MB are free in /tmp</td>');
});
