import type { HostName, RunId } from '../../model/ids.ts';
import { isUneventful } from '../../model/outcome.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import { formatTime } from '../layout/format-time.ts';
import { type Colour, createStyle } from '../layout/style.ts';
import { progressLines } from '../live/progress-lines.ts';
import type { Verbosity } from '../live/reporter-options.ts';
import { diffRuns } from '../tally/diff-runs.ts';
import { playOutcomes } from '../tally/play-outcomes.ts';
import type { RunTally } from '../tally/run-tally.ts';
import { tellFailures } from './recap.ts';
import { tellChanges } from './run-diff-text.ts';

/** What a run is compared with: earlier ones of the same playbook and the same selection. */
export interface EarlierRuns {
  /** The last one that ended. */
  readonly ended?:
    | { readonly run: RunId; readonly tally: RunTally }
    /** It is damaged: what would be said of it might not be so. */
    | { readonly run: RunId; readonly unreadable: string };
  /** Those since then that died: they could not tell anybody. The newest first. */
  readonly died: readonly RunId[];
}

export interface QuietOptions {
  readonly colour: Colour;
  readonly columns: number;
  readonly verbosity: Verbosity;
}

/**
 * What somebody should hear of a run that nobody watched, each line with its newline: what is wrong, what is incomplete, and what
 * is otherwise than the time before. Empty where all is well and as it was. What hosts printed is never part of it.
 */
export function formatQuiet(tally: RunTally, { ended, died }: EarlierRuns, options: QuietOptions): string {
  const { started } = tally;
  if (started === undefined) return '';
  const before = ended !== undefined && 'tally' in ended ? ended : undefined;
  const changes = before === undefined ? [] : tellAllChanges(before.tally, tally, options);
  const fresh = freshWarnings(before?.tally, tally);
  const isWell = (tally.finished?.exitCode ?? 1) === 0 && !isIncomplete(tally);
  const isSame = changes.length === 0 && fresh === 0 && died.length === 0;
  if (isWell && isSame && (ended === undefined || before !== undefined)) return '';

  const style = createStyle(options.colour);
  const lines = [style.bold(headingOf(started)), ...endOf(tally, started)];
  lines.push(...tellFailures(tally, { ...options, sentences: 'whole' }));
  lines.push(...[...new Set(tally.warnings)].map(text => style.yellow(`warning: ${printableText(text)}`)));
  if (before !== undefined && changes.length > 0)
    lines.push(style.bold(`changed since run ${before.run}:`), ...changes.map(line => `  ${line}`));
  if (ended !== undefined && 'unreadable' in ended) {
    lines.push(style.yellow(`what changed since run ${ended.run} is not known: ${printableText(ended.unreadable)}`));
  }
  const [last, ...others] = died;
  if (last !== undefined) {
    const more = others.length === 0 ? '' : `, and ${countOf(others.length, 'run')} before it`;
    lines.push(style.yellow(`run ${last} died and could not say so${more}: tapbook show ${last}`));
  }
  lines.push(`all of it: tapbook show ${started.run}`);
  return lines.map(line => `${line}\n`).join('');
}

type Started = NonNullable<RunTally['started']>;

function headingOf({ run, command, plan, playbook, time }: Started): string {
  const what = plan === undefined ? playbook : `${plan.path}, a saved plan of ${playbook}`;
  return `run ${run}: ${command} ${printableText(what)}, begun ${formatTime(time)}`;
}

function endOf({ finished, plays }: RunTally, { time, run }: Started): string[] {
  const reasons = plays.flatMap(play => play.stoppedBecause ?? []).map(why => `stopped early: ${printableText(why)}`);
  if (finished === undefined) return ['it was cut short', ...reasons];
  return [...progressLines({ ...finished, time, run }, 'normal'), ...reasons];
}

/** Whether all ran, and some of it is not there. */
function isIncomplete(tally: RunTally): boolean {
  const outcomes = tally.plays.flatMap(play => [...playOutcomes(play, tally).values()]);
  return !outcomes.every(isUneventful);
}

function tellAllChanges(before: RunTally, after: RunTally, options: QuietOptions): string[] {
  return [...tellChanges(diffRuns(before, after), options), ...tellBuiltAgain(before, after)];
}

/** Modules that the run before had too: somebody has emptied the cache, or it was full. */
function tellBuiltAgain(before: RunTally, after: RunTally): string[] {
  const known = new Set(before.plays.flatMap(play => play.plan?.builds.map(build => build.artifact.key) ?? []));
  return after.plays.flatMap(({ builds }) =>
    [...builds.values()].flatMap(({ begun, result }) =>
      result?.kind === 'built' && known.has(result.key)
        ? [`~ module ${printableText(begun.build)}: built again, since it was no longer in the cache`]
        : [],
    ),
  );
}

/**
 * How many warnings the run before did not have. One that always comes is no reason for a mail each time, and which host
 * it names may be chance.
 */
function freshWarnings(before: RunTally | undefined, after: RunTally): number {
  const hosts = new Set<HostName>(after.plays.flatMap(play => [...play.hosts, ...play.buildHosts]));
  const blur = (text: string): string =>
    text.replace(/[^\s,:;()]+/g, word => (hosts.has(word as HostName) ? 'HOST' : word));
  const known = new Set(before?.warnings.map(blur));
  return after.warnings.filter(text => !known.has(blur(text))).length;
}
