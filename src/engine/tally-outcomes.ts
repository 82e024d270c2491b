import { type ExitCode, exitCodes } from '../cli/exit-code.ts';
import { exitCodeOfRun, type Reached } from '../cli/session/stop-cause.ts';
import type { EventSink, StopCause } from '../model/event.ts';
import type { HostName } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import { countHosts, type HostOutcome } from '../model/outcome.ts';
import type { PlannedPlay } from '../model/plan.ts';
import type { Builds } from '../module/build/run-builds.ts';

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
