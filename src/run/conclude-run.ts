import type { ScriptEnd } from '../model/event.ts';
import { failureAt } from '../model/outcome.ts';
import type { Exit } from '../transport/transport.ts';
import { explainStaprun } from './explain-staprun.ts';
import type { SupervisedRun, Supervision } from './supervision.ts';
import type { SupervisorReport } from './supervisor-report.ts';

/** How a supervised run ended, from the supervisor's report and the channel's own end. */
export function concludeRun(said: SupervisorReport, exit: Exit, options: Supervision): SupervisedRun {
  const notes = incompleteness(said.errors);
  const { ended } = said;
  if (ended === undefined) {
    const refused = said.refused;
    const cause = exit.kind === 'lost' ? exit.cause : 'the supervisor ended without its last line';
    // Nothing was started, as far as we know, until `ready` was said.
    const left = said.ready
      ? ({ module: 'unknown', directory: 'unknown' } as const)
      : ({ module: 'none', directory: 'unknown' } as const);
    if (exit.kind !== 'lost' && refused === undefined && !said.ready) {
      const failure = failureAt('load', explainStaprun(said.errors.join('\n'), options.kernel.release));
      return { end: { kind: 'failed', failure }, seconds: 0, left: { module: 'none', directory: 'removed' }, notes };
    }
    return { end: { kind: 'lost', cause }, seconds: 0, left, notes };
  }
  return {
    end: endOf(said, ended.code, options),
    seconds: ended.seconds,
    left: {
      module: ended.module === 'none' ? 'none' : 'loaded',
      directory: ended.directory === 'removed' ? 'removed' : 'left',
    },
    notes,
  };
}

function endOf(said: SupervisorReport, code: number, { script, kernel, stop }: Supervision): ScriptEnd {
  if (said.refused !== undefined) {
    if (stop.aborted) return { kind: 'stopped' };
    return { kind: 'failed', failure: { stage: said.refused.stage, cause: said.refused.why } };
  }
  const errors = said.errors.join('\n');
  if (/^ERROR: /m.test(errors) || (code !== 0 && said.stopping === undefined)) {
    const explained = explainStaprun(errors, kernel.release, code);
    const stage = said.loaded ? 'stream' : 'load';
    return { kind: 'failed', failure: { ...failureAt(stage, explained), detail: errors } };
  }
  switch (said.stopping) {
    case undefined:
      return { kind: 'exited' };
    case 'asked':
      return { kind: 'stopped' };
    case 'limit':
      if (script.end === 'at-limit') return { kind: 'duration' };
      return {
        kind: 'failed',
        failure: {
          stage: 'stream',
          cause: `the script had not called exit() after ${script.limitSeconds} s and was stopped`,
          cure: 'raise the limit of until_exit, or give it a duration',
        },
      };
    default:
      // Asked to stop before it was ready, it has seen its input end.
      if (stop.aborted && said.stopping === 'lost') return { kind: 'stopped' };
      return { kind: 'lost', cause: `the target stopped the script: ${said.stopping}` };
  }
}

/** staprun's own words for output that is not all there. */
function incompleteness(errors: readonly string[]): string[] {
  const notes: string[] = [];
  for (const line of errors) {
    const skipped = /Number of errors: (\d+), skipped probes: (\d+)/.exec(line);
    if (skipped !== null) notes.push(`${skipped[1]} errors and ${skipped[2]} skipped probes: the output is incomplete`);
    const lost = /There were (\d+) transport failures/.exec(line);
    if (lost !== null) notes.push(`${lost[1]} transport failures: output was lost; raise buffer_mb`);
  }
  return notes;
}
