import { join } from 'node:path';
import { groupOutputs } from '../../history/read/group-outputs.ts';
import { readGroup } from '../../history/read/read-group.ts';
import type { HostName } from '../../model/ids.ts';
import type { Colour } from '../../report/layout/style.ts';
import { formatDiff, formatOutput, formatUnshown } from '../../report/texts/outputs-text.ts';

export interface PrintOutputs {
  /** The run's directory, which keeps everything that was printed. */
  readonly directory: string;
  readonly differing: 'whole' | 'as-diff';
  readonly colour: Colour;
  /** Once it has fired, nothing more is printed. */
  readonly signal: AbortSignal;
}

/** What `--fold` and `--diff` print of these hosts, in pieces: only one of them is in memory at a time. */
export async function* printOutputs(options: PrintOutputs, hosts: readonly HostName[]): AsyncGenerator<string> {
  const { directory, differing, colour, signal } = options;
  if (signal.aborted) return;
  const groups = await groupOutputs(directory, hosts, signal);
  const [first, ...others] = groups;
  if (first === undefined) return;
  const common = await readGroup(first, mostBytes);
  yield formatOutput(common, colour);
  const most = differing === 'whole' ? mostOutputs : mostDiffs;
  for (const group of others.slice(0, most)) {
    if (signal.aborted) return;
    const output = await readGroup(group, mostBytes);
    const isDiff = differing === 'as-diff' && group.bytes > 0 && first.bytes > 0;
    yield `\n${isDiff ? formatDiff(output, common, colour) : formatOutput(output, colour)}`;
  }
  const unshown = others.slice(most).map(group => group.hosts);
  if (unshown.length > 0) yield `\n${formatUnshown(unshown, join(directory, 'output'), colour)}`;
}

/** The most that is printed of one output, in bytes; then the most outputs and diffs. */
const mostBytes = 1_000_000;
const mostOutputs = 1_000;
const mostDiffs = 100;
