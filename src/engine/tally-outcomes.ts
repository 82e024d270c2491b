import { type ExitCode, exitCodes } from '../cli/exit-code.ts';
import { exitCodeOfRun, type Reached } from '../cli/session/stop-cause.ts';
import type { EventSink, RunFinished, StopCause } from '../model/event.ts';
import type { HostName } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedPlay } from '../model/plan.ts';
import type { Builds } from '../module/build/run-builds.ts';

/** What weighs most when a host has an outcome in each of several plays. */
const weight: readonly HostOutcome['kind'][] = [
  'left-behind',
  'unreachable',
  'failed',
  'interrupted',
  'not-started',
  'degraded',
  'ok',
  'skipped',
];

/** Counts every host once, with the worst of its outcomes over the plays. */
export function countHosts(plays: readonly ReadonlyMap<HostName, HostOutcome>[]): RunFinished['hosts'] {
  const worst = new Map<HostName, HostOutcome['kind']>();
  for (const play of plays) {
    for (const [host, { kind }] of play) {
      const known = worst.get(host);
      if (known === undefined || weight.indexOf(kind) < weight.indexOf(known)) worst.set(host, kind);
    }
  }
  const counts = Object.fromEntries(weight.map(kind => [kind, 0])) as Record<HostOutcome['kind'], number>;
  for (const kind of worst.values()) counts[kind]++;
  return counts;
}

/** Ends a run: its last event, and the exit code that belongs to it. */
export function finishRun(
  events: EventSink,
  run: {
    readonly startedMs: number;
    readonly plays: readonly ReadonlyMap<HostName, HostOutcome>[];
    readonly plans: readonly PlannedPlay[];
    readonly builds: readonly Builds[];
    readonly stopped: StopCause | undefined;
    readonly reached: Reached;
    /** `no`: a saved plan was not run, since it is not how things are. */
    readonly fits?: 'yes' | 'no';
  },
): ExitCode {
  const hosts = countHosts(run.plays);
  const isRefused = run.fits === 'no' && run.stopped === undefined;
  const exitCode = isRefused ? exitCodes.planNoLongerFits : exitCodeOfRun(hosts, run.stopped, run.reached);
  const planned = run.plans.flatMap(plan => plan.builds);
  const results = new Map(run.builds.flatMap(builds => [...builds]));
  const done = planned.filter(build => results.get(build.id)?.ok);
  events.emit({
    kind: 'run-finished',
    exitCode,
    ...optional('stopped', run.stopped),
    seconds: (performance.now() - run.startedMs) / 1000,
    hosts,
    builds: {
      built: done.filter(build => build.artifact.state !== 'cached').length,
      cached: done.filter(build => build.artifact.state === 'cached').length,
      failed: [...results.values()].filter(result => !result.ok).length,
    },
  });
  return exitCode;
}
