import type { ScriptEnd } from '../../model/event.ts';
import { optional } from '../../model/optional.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import { endedInOrder } from '../../model/script-end.ts';
import type { Exit } from '../../transport/transport.ts';
import { describeLosses } from './describe-losses.ts';
import { explainMismatch } from './explain-mismatch.ts';
import { explainRefusal } from './explain-refusal.ts';
import { explainStaprun } from './explain-staprun.ts';
import { explainStop } from './explain-stop.ts';
import { findCut, whatIsMissing } from './find-cut.ts';
import { findSignal } from './find-signal.ts';
import type { Mismatch } from './read-mismatch.ts';
import type { SinceLoad, SupervisedRun, Supervision } from './supervision.ts';
import { errorsOf, type SupervisorReport } from './supervisor-report.ts';

/** How a supervised run ended, from the supervisor's report and the channel's own end. */
export function concludeRun(
  report: SupervisorReport,
  exit: Exit,
  options: Supervision,
  sinceLoad: Omit<SinceLoad, 'boot'> | undefined,
): SupervisedRun {
  const { ended, unchecked, folder, stuck, kept, boot } = report;
  const mismatch = harmOf(report, options);
  const remains = {
    ...(folder === undefined ? {} : { folder }),
    ...(stuck === undefined ? {} : { stuck }),
    ...(kept === undefined ? {} : { kept }),
  };
  const errors = errorsOf(report);
  const common = {
    notes: [...describeLosses(errors, options.script), ...noteOfTarget(report), ...noteOfStrange(report)],
    unchecked: [...unchecked],
    remains,
    ...(sinceLoad === undefined ? {} : { sinceLoad: { ...sinceLoad, ...(boot === undefined ? {} : { boot }) } }),
  };
  if (ended === undefined) {
    const cause = exit.kind === 'lost' ? exit.cause : 'the supervisor ended without its last line';
    // Nothing was started, as far as we know, before `ready`.
    const left = report.ready
      ? ({ module: 'unknown', directory: 'unknown' } as const)
      : ({ module: 'none', directory: 'unknown' } as const);
    // The shell itself could not begin.
    if (exit.kind !== 'lost' && report.refused === undefined && !report.ready && folder === undefined) {
      const failure = failureAt('load', explainStaprun(errors.join('\n'), options.kernel.release));
      return {
        ...common,
        end: { kind: 'failed', failure },
        seconds: 0,
        left: { module: 'none', directory: 'removed' },
      };
    }
    if (exit.kind !== 'lost' && folder !== undefined) {
      const end: ScriptEnd = { kind: 'failed', failure: explainKilled(report, exit) };
      return { ...common, end, seconds: Math.round(sinceLoad?.lastHeard ?? 0), left };
    }
    const harm = mismatch === undefined ? '' : `; before that: ${explainMismatch(mismatch, options).cause}`;
    return { ...common, end: { kind: 'lost', cause: `${cause}${harm}` }, seconds: 0, left };
  }
  // Another run has loaded a module of this name in between: it is theirs.
  const isSomebodyElses = errors.some(line => /Couldn't insert module '[^']*': File exists/.test(line));
  const end = endOf(report, ended.code, options);
  // What was refused has not begun.
  const cut = endedInOrder(end) && report.refused === undefined ? findCut(report, ended.code) : undefined;
  return {
    ...common,
    ...(cut === undefined ? {} : { cut, notes: [cut, ...common.notes] }),
    end,
    seconds: ended.seconds,
    left: {
      module: ended.module === 'none' || isSomebodyElses ? 'none' : 'loaded',
      directory: ended.directory === 'removed' ? 'removed' : 'left',
    },
  };
}

function endOf(report: SupervisorReport, code: number, options: Supervision): ScriptEnd {
  const { kernel, stop } = options;
  if (report.refused !== undefined) {
    if (stop.aborted) return { kind: 'stopped' };
    const failure = explainRefusal(report.refused, options);
    if (report.refused.why !== 'stale' || options.staleProcesses !== 'skip') return { kind: 'failed', failure };
    return { kind: 'skipped', reason: failure.cause, ...optional('cure', failure.cure) };
  }
  const errors = errorsOf(report).join('\n');
  const mismatch = harmOf(report, options);
  if (mismatch !== undefined) {
    const stage = report.loaded ? 'stream' : 'load';
    return { kind: 'failed', failure: { ...failureAt(stage, explainMismatch(mismatch, options)), detail: errors } };
  }
  if (/^ERROR: /m.test(errors) || (code !== 0 && report.stopping === undefined)) {
    const explained = explainStaprun(errors, kernel.release, code);
    const stage = report.loaded ? 'stream' : 'load';
    const cause = findSignal(code) === undefined ? explained.cause : `${explained.cause}${missing(report)}`;
    return { kind: 'failed', failure: { ...failureAt(stage, { ...explained, cause }), detail: errors } };
  }
  // A stop before `ready` reaches it as the end of its input.
  if (stop.aborted && report.stopping?.why === 'lost') return { kind: 'stopped' };
  return report.stopping === undefined ? { kind: 'exited' } : explainStop(report.stopping, options);
}

/** A process that the script may have hurt. Where only symbols were asked for, other files are nothing unusual: containers have them. */
export function harmOf({ mismatch }: SupervisorReport, { artifact, symbols }: Supervision): Mismatch | undefined {
  if (mismatch === undefined || symbols !== 'of-files') return mismatch;
  return artifact.binaries.some(({ path }) => path === mismatch.path) ? mismatch : undefined;
}

/** Somebody else has spoken in its place, or it is none of ours: what it told besides need not be so either. */
function noteOfStrange({ strange }: SupervisorReport): readonly string[] {
  if (strange === 0) return [];
  return [`its supervisor said ${strange} ${strange === 1 ? 'thing' : 'things'} that none of ours says`];
}

/** All that ran there for us was ended at once, so that nobody was left to say how it ended. */
function explainKilled(report: SupervisorReport, exit: Exclude<Exit, { readonly kind: 'lost' }>): Failure {
  const signal = exit.kind === 'signal' ? exit.signal : findSignal(exit.code)?.name;
  const by = signal === undefined ? '' : ` (${signal})`;
  return {
    stage: report.loaded ? 'stream' : report.ready ? 'load' : 'upload',
    cause: `all processes of its supervisor there were killed${by}${missing(report)}`,
    cure: 'ask who did, and run it again; dmesg says there whether the kernel did, for want of memory',
  };
}

/** What did not come here of a script that was killed. */
function missing({ loaded, signs }: SupervisorReport): string {
  const isWhole = signs.hasEnded && signs.isDrained;
  return loaded && !isWhole ? `: ${whatIsMissing(signs)} may be missing` : '';
}

/** A script that ended by itself may have ended with its process, as it should. */
function noteOfTarget({ target, targetGone, stopping }: SupervisorReport): readonly string[] {
  if (target === undefined || targetGone === undefined || stopping?.why !== 'limit') return [];
  return [`its process ${target.pid} (${target.name}) was gone after ${targetGone} s`];
}
