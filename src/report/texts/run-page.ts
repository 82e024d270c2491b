import type { Notice, ScriptFinished } from '../../model/event.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { HostName } from '../../model/ids.ts';
import type { HostOutcome } from '../../model/outcome.ts';
import { printableText } from '../../model/printable-text.ts';
import type { RepositoryState } from '../../model/provenance.ts';
import type { RunEntry } from '../../model/run-head.ts';
import { findUnevenTimes } from '../../records/find-uneven-times.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';
import { formatTime } from '../layout/format-time.ts';
import { createStyle } from '../layout/style.ts';
import { wrapText } from '../layout/wrap-text.ts';
import { hostsOfPlay } from '../tally/hosts-of-run.ts';
import { playOutcomes } from '../tally/play-outcomes.ts';
import type { BuildTally } from '../tally/play-tally.ts';
import type { RunTally } from '../tally/run-tally.ts';
import { cureOf, sayOutcome } from './outcome-text.ts';
import { formatRecap, type RecapOptions } from './recap.ts';
import { sayScriptEnd } from './script-end-text.ts';
import { sayStopCause } from './stop-cause-text.ts';
import { sayUnevenTimes } from './uneven-times.ts';

export interface RunPage {
  readonly entry: RunEntry;
  readonly tally: RunTally;
  readonly notices: readonly Notice[];
  /** Where not all could be read, why. */
  readonly trouble: readonly string[];
}

/** A run as it is remembered: how it began and ended, its builds and notices, and its recap as apply printed it. */
export function formatRunPage({ entry, tally, notices, trouble }: RunPage, options: RecapOptions): string {
  const style = createStyle(options.colour);
  const rows = [...describeRun(entry, tally), ...trouble.map(text => ['trouble', text] as const)];
  const lines = [
    style.bold(`RUN ${entry.id}`),
    ...rows.flatMap(([key, text]) => formatRow(key, text, options.columns)),
  ];
  const builds = tally.plays.flatMap(play => [...play.builds.values()]);
  if (builds.length > 0)
    lines.push('', style.bold('BUILDS'), ...builds.map(build => printableText(formatBuild(build))));
  const told = notices.filter(({ text }) => !tally.warnings.includes(text));
  if (told.length > 0) {
    const texts = told.map(({ severity, text }) => `${severity}: ${printableText(text)}`);
    lines.push('', style.bold('NOTICES'), ...[...new Set(texts)].flatMap(text => wrapText(text, options.columns)));
  }
  return `${lines.map(line => `${line}\n`).join('')}${formatRecap(tally, options)}`;
}

/** What one host did in a run: for each play its outcome, and how each script ended there. */
export function formatHostPage(
  { entry, tally }: Pick<RunPage, 'entry' | 'tally'>,
  host: HostName,
  ends: readonly ScriptFinished[],
  { columns, colour }: Pick<RecapOptions, 'columns' | 'colour'>,
): string {
  const style = createStyle(colour);
  const lines = [style.bold(`${printableText(host)} in run ${entry.id}`)];
  for (const play of tally.plays) {
    const outcome = playOutcomes(play, tally).get(host);
    const planned = play.plan?.hosts.find(one => one.name === host);
    if (!hostsOfPlay(play).includes(host)) continue;
    lines.push(...formatRow('play', play.name, columns));
    if (planned?.kernelGroup !== undefined) lines.push(...formatRow('kernel', planned.kernelGroup, columns));
    for (const [key, text] of tellOutcome(outcome)) lines.push(...formatRow(key, text, columns));
  }
  for (const finished of ends) {
    const { module, left, cut } = finished;
    const clean = left.module === 'none' ? 'no module left' : `module ${left.module}`;
    const told = `${module}: ${sayScriptEnd(finished)}, ${clean}`;
    lines.push(...formatRow('script', cut === undefined ? told : `${told}; ${cut}`, columns));
  }
  return lines.map(line => `${line}\n`).join('');
}

type Row = readonly [key: string, text: string];

function describeRun(entry: RunEntry, tally: RunTally): Row[] {
  const head = entry.state === 'unreadable' ? undefined : entry.head;
  const began = head ?? tally.started;
  const rows: Row[] = [];
  if (began !== undefined) {
    rows.push(['command', `${began.command} ${began.playbook} (tapbook ${began.version})`]);
    rows.push(['inventory', began.inventory.join(', ')]);
  }
  if (head !== undefined) rows.push(['started', formatTime(head.started)]);
  rows.push(['ended', tellState(entry)]);
  for (const text of sayTraced(tally)) rows.push(['traced', text]);
  const unknown = hostsWithoutOutcome(tally);
  if (unknown.length > 0) rows.push(['unknown', `how it ended on ${foldHostsWithin(unknown, 50)}`]);
  for (const repository of began?.repositories ?? []) rows.push(['git', tellRepository(repository)]);
  if (head?.bytes !== undefined) rows.push(['size', formatBytes(head.bytes)]);
  if (head?.complete === false) {
    const what = tally.isFull ? 'not all that scripts printed is kept' : 'some events or output could not be kept';
    rows.push(['trouble', what]);
  }
  return rows;
}

/** For each script, for how long it traced: on one host, or on the one where it was the shortest and the longest. */
function sayTraced({ plays }: RunTally): string[] {
  return plays
    .flatMap(play => [...play.traced])
    .map(([module, hosts]) => {
      const uneven = findUnevenTimes(hosts);
      if (uneven !== undefined) return `${module}: ${sayUnevenTimes(uneven)}`;
      return `${module} ${formatSeconds(Math.max(...hosts.values()))}`;
    });
}

/** Of a run that runs or was cut short: of these no event says what became of them. */
function hostsWithoutOutcome(tally: RunTally): HostName[] {
  const unknown = tally.plays.flatMap(play => {
    const outcomes = playOutcomes(play, tally);
    return hostsOfPlay(play).filter(host => !outcomes.has(host));
  });
  return [...new Set(unknown)];
}

function tellState(entry: RunEntry): string {
  switch (entry.state) {
    case 'unreadable':
      return `unknown: ${entry.reason}`;
    case 'running':
      return 'it still runs';
    case 'died':
      return 'died: it was cut short before it could say how it ended';
    case 'finished': {
      const { exitCode, seconds, stopped } = entry.head.finished ?? { exitCode: '?', seconds: 0 };
      const why = stopped === undefined ? '' : `, stopped before its time: ${sayStopCause(stopped)}`;
      return `exit ${exitCode} after ${formatSeconds(seconds)}${why}`;
    }
  }
}

/** `1a2b3c4d5e6f, branch main in /srv/books, clean`. */
export function tellRepository({ root, commit, ref, branch, dirty, dirtyCount }: RepositoryState): string {
  const at = commit === undefined ? 'nothing committed' : commit.slice(0, 12);
  if (ref !== undefined) return `${at}, read as of ${ref} in ${root}`;
  const on = branch === undefined ? 'no branch' : `branch ${branch}`;
  const more = dirtyCount > dirty.length ? ` and ${dirtyCount - dirty.length} more` : '';
  const changed = dirtyCount === 0 ? 'clean' : `not committed: ${dirty.join(', ')}${more}`;
  return `${at}, ${on} in ${root}, ${changed}`;
}

function formatBuild({ begun, result }: BuildTally): string {
  const name = `${begun.build} on ${begun.buildHost}`;
  if (result === undefined) return `${name}: not finished`;
  if (result.kind === 'cached') return `${name}: cached`;
  if (result.kind === 'failed')
    return `${name}: failed after ${formatSeconds(result.seconds)}: ${result.failure.cause}`;
  const warnings = result.warnings === 0 ? '' : `, ${countOf(result.warnings, 'warning')}`;
  return `${name}: built in ${formatSeconds(result.seconds)}, ${formatBytes(result.bytes)}${warnings}`;
}

function tellOutcome(outcome: HostOutcome | undefined): Row[] {
  if (outcome === undefined) return [['outcome', 'unknown: the run was cut short']];
  if (outcome.kind === 'degraded')
    return [['outcome', 'degraded'], ...outcome.notes.map(note => ['note', note] as const)];
  const detail = 'failure' in outcome ? outcome.failure.detail : undefined;
  const cure = cureOf(outcome);
  return [
    ['outcome', sayOutcome(outcome)],
    ...(detail?.trimEnd().split('\n') ?? []).map(line => ['|', line] as const),
    ...(cure === undefined ? [] : [['cure', cure] as const]),
  ];
}

function formatRow(key: string, text: string, columns: number): string[] {
  const [first = '', ...others] = wrapText(printableText(text), columns, 12);
  return [`  ${key.padEnd(9)} ${first}`, ...others.map(line => `        ${line}`)];
}
