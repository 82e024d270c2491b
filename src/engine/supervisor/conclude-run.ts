import type { ScriptEnd } from '../../model/event.ts';
import { failureAt } from '../../model/outcome.ts';
import type { Exit } from '../../transport/transport.ts';
import { describeLosses } from './describe-losses.ts';
import { explainRefusal } from './explain-refusal.ts';
import { explainStaprun } from './explain-staprun.ts';
import { explainStop } from './explain-stop.ts';
import type { SinceLoad, SupervisedRun, Supervision } from './supervision.ts';
import type { SupervisorReport } from './supervisor-report.ts';

/** How a supervised run ended, from the supervisor's report and the channel's own end. */
export function concludeRun(
  said: SupervisorReport,
  exit: Exit,
  options: Supervision,
  sinceLoad: Omit<SinceLoad, 'boot'> | undefined,
): SupervisedRun {
  const { ended, unchecked, folder, stuck, kept, boot } = said;
  const remains = {
    ...(folder === undefined ? {} : { folder }),
    ...(stuck === undefined ? {} : { stuck }),
    ...(kept === undefined ? {} : { kept }),
  };
  const common = {
    notes: describeLosses(said.errors, options.script),
    unchecked,
    remains,
    ...(sinceLoad === undefined ? {} : { sinceLoad: { ...sinceLoad, ...(boot === undefined ? {} : { boot }) } }),
  };
  if (ended === undefined) {
    const cause = exit.kind === 'lost' ? exit.cause : 'the supervisor ended without its last line';
    // Nothing was started, as far as we know, until `ready` was said.
    const left = said.ready
      ? ({ module: 'unknown', directory: 'unknown' } as const)
      : ({ module: 'none', directory: 'unknown' } as const);
    // A shell that could not even begin.
    if (exit.kind !== 'lost' && said.refused === undefined && !said.ready && folder === undefined) {
      const failure = failureAt('load', explainStaprun(said.errors.join('\n'), options.kernel.release));
      return {
        ...common,
        end: { kind: 'failed', failure },
        seconds: 0,
        left: { module: 'none', directory: 'removed' },
      };
    }
    return { ...common, end: { kind: 'lost', cause }, seconds: 0, left };
  }
  // Somebody else was quicker with a module of the same name: it is theirs.
  const isOthers = said.errors.some(line => /Couldn't insert module '[^']*': File exists/.test(line));
  return {
    ...common,
    end: endOf(said, ended.code, options),
    seconds: ended.seconds,
    left: {
      module: ended.module === 'none' || isOthers ? 'none' : 'loaded',
      directory: ended.directory === 'removed' ? 'removed' : 'left',
    },
  };
}

function endOf(said: SupervisorReport, code: number, options: Supervision): ScriptEnd {
  const { kernel, stop } = options;
  if (said.refused !== undefined) {
    if (stop.aborted) return { kind: 'stopped' };
    return { kind: 'failed', failure: explainRefusal(said.refused, options) };
  }
  const errors = said.errors.join('\n');
  if (/^ERROR: /m.test(errors) || (code !== 0 && said.stopping === undefined)) {
    const explained = explainStaprun(errors, kernel.release, code);
    const stage = said.loaded ? 'stream' : 'load';
    return { kind: 'failed', failure: { ...failureAt(stage, explained), detail: errors } };
  }
  // Asked to stop before it was ready, it has seen its input end.
  if (stop.aborted && said.stopping?.why === 'lost') return { kind: 'stopped' };
  return said.stopping === undefined ? { kind: 'exited' } : explainStop(said.stopping, options);
}
