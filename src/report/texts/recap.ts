import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName } from '../../model/ids.ts';
import { compareSeverity, type HostOutcome, isFailure, type OutcomeKind } from '../../model/outcome.ts';
import { printableLine, printableText } from '../../model/printable-text.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { displayWidth } from '../layout/display-width.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';
import { wrapText } from '../layout/wrap-text.ts';
import type { Verbosity } from '../live/reporter-options.ts';
import { type FailureGroup, groupFailures } from '../tally/failure-groups.ts';
import { playOutcomes } from '../tally/play-outcomes.ts';
import type { PlayTally, TimedStage } from '../tally/play-tally.ts';
import type { RunTally } from '../tally/run-tally.ts';
import { saySlowHosts } from './slow-hosts.ts';
import { sayVanishedHosts } from './vanished-hosts.ts';

export interface RecapOptions {
  readonly colour: Colour;
  readonly columns: number;
  readonly verbosity: Verbosity;
  /** Whether what is wider than the columns is broken at blanks, or stays one line for grep. */
  readonly sentences: 'wrapped' | 'whole';
  /** How many lines were not shown because nobody read them in time; absent: none. */
  readonly leftOut?: number;
  /** How many were more than a terminal is given; absent: none. */
  readonly flooded?: number;
}

/**
 * What a run came to, each line with its newline: a row for each host as in Ansible's recap (equal rows folded where
 * there are many), builds and times, and last, next to the prompt, what went wrong and what mends it.
 */
export function formatRecap(tally: RunTally, options: RecapOptions): string {
  const style = createStyle(options.colour);
  const outcomes = outcomesOf(tally);
  const groups = groupFailures(outcomes.flatMap(play => [...play]));
  const lines = [
    '',
    style.bold('RECAP'),
    ...formatRows(countPerHost(outcomes), options.columns, style),
    ...formatTotals(tally, options, style),
    ...formatLeftOut(options.leftOut ?? 0, 'since nobody read in time', style),
    ...formatLeftOut(options.flooded ?? 0, 'more than a terminal is given', style),
    ...groups.toSorted((left, right) => compareSeverity(right, left)).flatMap(formatGroup(options, style)),
  ];
  const directory = tally.started?.directory;
  const again = groups.some(isFailure);
  if (again && directory !== undefined)
    lines.push(`these hosts only: --limit @${printableText(directory)}/failed.hosts`);
  return lines.map(line => `${line}\n`).join('');
}

/** Only what is wrong or incomplete, the worst first, with what mends it. */
export function tellFailures(tally: RunTally, options: RecapOptions): readonly string[] {
  const groups = groupFailures(outcomesOf(tally).flatMap(play => [...play]));
  const wrong = groups.filter(({ kind }) => kind !== 'skipped').toSorted(compareSeverity);
  const lines = wrong.flatMap(formatGroup(options, createStyle(options.colour)));
  return [...lines, ...tally.plays.flatMap(logsOfFailed)];
}

function outcomesOf(tally: RunTally): Map<HostName, HostOutcome>[] {
  return tally.plays.map(play => playOutcomes(play, tally));
}

type Counts = Partial<Record<OutcomeKind, number>>;

/** Over all plays: a host can be ok in one and fail in the next. */
function countPerHost(plays: readonly ReadonlyMap<HostName, HostOutcome>[]): Map<HostName, Counts> {
  const counts = new Map<HostName, Counts>();
  for (const [host, { kind }] of plays.flatMap(play => [...play])) {
    const own = counts.get(host) ?? {};
    own[kind] = (own[kind] ?? 0) + 1;
    counts.set(host, own);
  }
  return counts;
}

/** Always there, as greps expect; the others only in runs where they come up. */
const constantColumns: readonly OutcomeKind[] = ['ok', 'failed', 'unreachable'];
const rareColumns: readonly OutcomeKind[] = ['degraded', 'skipped', 'left-behind', 'interrupted', 'not-started'];

/** From so many hosts on equal rows are folded. */
const manyHosts = 20;

function formatRows(counts: ReadonlyMap<HostName, Counts>, columns: number, style: Style): string[] {
  const kinds = [
    ...constantColumns,
    ...rareColumns.filter(kind => [...counts.values()].some(own => own[kind] !== undefined)),
  ];
  const room = Math.max(20, columns - kinds.reduce((sum, kind) => sum + kind.length + 3, 2));
  const rows = new Map<string, { hosts: HostName[]; own: Counts }>();
  for (const [host, own] of counts) {
    const key = counts.size < manyHosts ? host : kinds.map(kind => own[kind] ?? 0).join();
    const row = rows.get(key) ?? { hosts: [], own };
    row.hosts.push(host);
    rows.set(key, row);
  }
  const named = [...rows.values()].map(({ hosts, own }) => {
    const many = hosts.length === 1 ? '' : ` (${hosts.length})`;
    return { name: `${foldHostsWithin(hosts, room - many.length)}${many}`, own };
  });
  const width = Math.min(room, Math.max(0, ...named.map(({ name }) => displayWidth(name))));
  return named.map(({ name, own }) => {
    const cells = kinds.map(kind => paintCount(kind, own[kind] ?? 0, style));
    return `${name}${' '.repeat(Math.max(0, width - displayWidth(name)))} : ${cells.join(' ')}`;
  });
}

function paintCount(kind: OutcomeKind, count: number, style: Style): string {
  const text = `${kind}=${count}`;
  return count === 0 ? style.dim(text) : paintFor(kind, style)(text);
}

function paintFor(kind: OutcomeKind, style: Style): (text: string) => string {
  switch (kind) {
    case 'ok':
      return style.green;
    case 'skipped':
      return style.cyan;
    default:
      return isFailure({ kind }) ? style.red : style.yellow;
  }
}

function formatTotals(tally: RunTally, options: RecapOptions, style: Style): string[] {
  const { started, finished, plays } = tally;
  const builds = plays.flatMap(play => [...play.builds.values()]).flatMap(({ result }) => result?.kind ?? []);
  const count = (kind: string) => builds.filter(result => result === kind).length;
  const failed = count('failed') > 0 ? [style.red(`${count('failed')} failed`)] : [];
  const stages = (['probe', 'build', 'run'] as const).flatMap(stage => {
    const seconds = secondsOf(tally, stage);
    return seconds === undefined ? [] : [`${stage} ${formatSeconds(seconds)}`];
  });
  const total = finished === undefined ? [] : [`all ${formatSeconds(finished.seconds)}`];
  const stopped = plays.flatMap(play => play.stoppedBecause ?? []);
  const lines = [
    `builds: ${[`${count('built')} built${whereBuilt(plays)}`, `${count('cached')} cached`, ...failed].join(', ')}`,
  ];
  lines.push(...plays.flatMap(logsOfFailed));
  lines.push(`time: ${[...stages, ...total].join(', ')}`, ...saySlowHosts(plays));
  lines.push(...plays.flatMap(play => sayVanishedHosts(play, options.columns)).map(style.red));
  lines.push(...plays.flatMap(play => saySilent(play, options.columns)).map(style.yellow));
  if (started?.directory !== undefined) lines.push(`files: ${printableText(started.directory)}`);
  const sentences = [
    ...stopped.map(reason => `stopped early: ${printableText(reason)}`),
    ...[...new Set(tally.warnings)].map(text => `warning: ${printableText(text)}`),
  ];
  lines.push(...sentences.flatMap(text => wrapText(text, widthOf(options)).map(style.yellow)));
  return lines;
}

/** `printed nothing: hello on db[1-3] (3 hosts)`: a run that is well and has no output is mostly not what was meant. */
function saySilent({ silent }: PlayTally, columns: number): string[] {
  return [...silent].map(([module, hosts]) => {
    const many = hosts.size > 1 ? ` (${countOf(hosts.size, 'host')})` : '';
    const room = columns - module.length - many.length - 'printed nothing:  on '.length;
    return `printed nothing: ${module} on ${foldHostsWithin([...hosts].map(printableText), Math.max(20, room))}${many}`;
  });
}

function formatLeftOut(lines: number, why: string, style: Style): string[] {
  return lines === 0 ? [] : [style.yellow(`output: ${countOf(lines, 'line')} not shown here, ${why}`)];
}

/** How many modules each build host has built, where it was more than one. */
function whereBuilt(plays: readonly PlayTally[]): string {
  const counts = new Map<HostName, number>();
  for (const { begun, result } of plays.flatMap(play => [...play.builds.values()])) {
    if (result?.kind === 'built') counts.set(begun.buildHost, (counts.get(begun.buildHost) ?? 0) + 1);
  }
  if (counts.size < 2) return '';
  const told = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  return ` (${told.map(([host, built]) => `${built} on ${printableText(host)}`).join(', ')})`;
}

function logsOfFailed({ builds }: PlayTally): string[] {
  return [...builds.values()].flatMap(({ begun, result }) =>
    result?.kind === 'failed' && result.log !== undefined
      ? [`    log of ${begun.build}: ${printableText(result.log)}`]
      : [],
  );
}

/** While any play was at that stage; undefined where none came to it. A later play's late hosts are asked while an earlier one runs. */
function secondsOf(tally: RunTally, stage: TimedStage): number | undefined {
  const spans = tally.plays.flatMap(play => play.stages.get(stage) ?? []).sort((left, right) => left.from - right.from);
  let until = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const { from, to } of spans) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return spans.length === 0 ? undefined : sum / 1000;
}

/** In UTF-16 units: a screen full of one line that a host has said is enough to tell what is wrong. `tapbook show` has all of it. */
const longestCause = 2000;

function widthOf({ sentences, columns }: RecapOptions): number {
  return sentences === 'wrapped' ? columns : Number.POSITIVE_INFINITY;
}

function formatGroup(options: RecapOptions, style: Style): (group: FailureGroup) => string[] {
  const width = widthOf(options);
  return ({ kind, hosts, stage, cause, cure, detail }) => {
    const at = stage === undefined ? '' : ` at ${stage}`;
    const names = foldHostsWithin(hosts, options.columns - 30);
    const many = hosts.length > 1 ? ` (${countOf(hosts.length, 'host')})` : '';
    const taken = displayWidth(`${kind} ${names}${many}${at}: `);
    const [first = '', ...others] = wrapText(printableLine(cause, longestCause), width, taken);
    const lines = [`${paintFor(kind, style)(kind)} ${style.bold(names)}${many}${at}: ${first}`, ...others];
    if (detail !== undefined) {
      lines.push(...formatDetail(detail, options.verbosity).map(line => style.dim(`    | ${line}`)));
    }
    if (cure !== undefined) {
      const [begin = '', ...rest] = wrapText(printableText(cure), width, '    cure: '.length);
      lines.push(`    ${style.cyan('cure:')} ${begin}`, ...rest);
    }
    return lines;
  };
}

function formatDetail(detail: string, verbosity: Verbosity): string[] {
  const lines = detail.trimEnd().split(/\r?\n/).map(printableText);
  if (verbosity === 'verbose' || lines.length <= shownDetail) return lines;
  // A compiler's last lines only say that it gave up: what matters is said first.
  return [...lines.slice(0, shownDetail), `… ${countOf(lines.length - shownDetail, 'more line')}; see them with -v`];
}

const shownDetail = 8;
