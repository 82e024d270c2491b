import { basename } from 'node:path';
import { countWhere, hasFailedThere, hasRun } from '../../model/outcome.ts';
import { printableText } from '../../model/printable-text.ts';
import type { RunEntry } from '../../model/run-head.ts';
import { formatSeconds, wholeSeconds } from '../layout/amounts.ts';
import { displayWidth, truncateToWidth } from '../layout/display-width.ts';
import { toJsonLine } from '../layout/json-line.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';

export interface RunsTableOptions {
  readonly colour: Colour;
  readonly columns: number;
  readonly nowMs: number;
}

/** A row for each run, in the order given, each line with its newline. */
export function formatRuns(runs: readonly RunEntry[], { colour, columns, nowMs }: RunsTableOptions): string {
  const style = createStyle(colour);
  const rows = runs.map(run => cellsOf(run, nowMs));
  const widths = headings.map((heading, index) =>
    Math.max(heading.length, ...rows.map(row => row.cells[index]?.length ?? 0)),
  );
  const room = Math.max(10, columns - widths.reduce((sum, width) => sum + width + 1, 0));
  const line = (cells: readonly string[], last: string) =>
    `${cells.map((cell, index) => (index === 0 || index === 3 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0))).join(' ')} ${last}`;
  const heading = style.bold(line(headings, 'PLAYBOOK'));
  const lines = rows.map((row, index) => paintRow(runs[index], style)(line(row.cells, cutFront(row.last, room))));
  return [heading, ...lines].map(text => `${text}\n`).join('');
}

/** One JSON object a line for each run, in the order given. */
export function formatRunsAsJson(runs: readonly RunEntry[]): string {
  return runs.map(run => toJsonLine(flatten(run))).join('');
}

function flatten(run: RunEntry): object {
  const { id, directory, state } = run;
  return state === 'unreadable' ? { id, directory, state, reason: run.reason } : { ...run.head, id, directory, state };
}

export const noRuns = 'no runs\n';

/** Told below a table that `limit` runs fill. */
export function formatMoreRuns(limit: number): string {
  return `there are more: give a higher --limit than ${limit}\n`;
}

const headings = ['RUN', 'AGO', 'TOOK', 'WHAT', 'OK', 'FAIL', 'GONE', 'CUT', 'EXIT'] as const;

function cellsOf(run: RunEntry, nowMs: number): { readonly cells: readonly string[]; readonly last: string } {
  if (run.state === 'unreadable') {
    return { cells: [run.id, '', '', '', '', '', '', '', '?'], last: printableText(`unreadable: ${run.reason}`) };
  }
  const { started, command, finished, playbook } = run.head;
  const { hosts } = finished ?? {};
  const count = (is: Parameters<typeof countWhere>[1]) => (hosts === undefined ? '-' : String(countWhere(hosts, is)));
  const exit = finished === undefined ? (run.state === 'running' ? 'runs' : 'died') : String(finished.exitCode);
  // One that was killed before its first file.
  const isBare = playbook === '';
  const took = finished === undefined ? '-' : formatSeconds(finished.seconds);
  return {
    cells: [
      run.id,
      formatAge(nowMs - Date.parse(started)),
      took,
      isBare ? '-' : printableText(command),
      count(hasRun),
      count(hasFailedThere),
      count(({ kind }) => kind === 'unreachable'),
      count(({ kind }) => kind === 'interrupted' || kind === 'not-started'),
      exit,
    ],
    last: isBare ? 'kept nothing' : printableText(playbook),
  };
}

function paintRow(run: RunEntry | undefined, style: Style): (text: string) => string {
  if (run?.state === 'finished') return run.head.finished?.exitCode === 0 ? text => text : style.yellow;
  return run?.state === 'running' ? style.cyan : style.red;
}

/** Of a path its end says most. */
function cutFront(path: string, columns: number): string {
  if (displayWidth(path) <= columns || path.startsWith('unreadable')) return truncateToWidth(path, columns);
  return truncateToWidth(basename(path), columns);
}

/** In its largest unit: `40s`, `12m`, `5h`, `12d`. */
function formatAge(ms: number): string {
  const seconds = wholeSeconds(ms);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
