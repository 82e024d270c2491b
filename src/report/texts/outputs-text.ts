import { structuredPatch } from 'diff';
import { foldHosts } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { HostName } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import type { ShownOutput } from '../../model/shown-output.ts';
import { countOf } from '../layout/amounts.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';

/** `OUTPUT db[01-30] (30 hosts)` and the lines as they were printed, made safe for a terminal; all with their newlines. */
export function formatOutput(output: ShownOutput, colour: Colour): string {
  const style = createStyle(colour);
  const lines = output.lines.length === 0 ? [style.dim('(nothing)')] : output.lines.map(printableText);
  return toText([style.bold(`OUTPUT ${listHostNames(output.hosts)}`), ...lines, ...sayCut(output, style)]);
}

/** The same for an output that is told as what is otherwise than in `common`, a unified diff. */
export function formatDiff(output: ShownOutput, common: ShownOutput, colour: Colour): string {
  const style = createStyle(colour);
  const head = [
    style.bold(`OUTPUT ${listHostNames(output.hosts)}, which differs:`),
    style.bold(`--- ${listHostNames(common.hosts)}`),
    style.bold(`+++ ${listHostNames(output.hosts)}`),
  ];
  return toText([...head, ...diffLines(common.lines, output.lines, style), ...sayCut(output, style)]);
}

/** Outputs that are not shown, since there are too many of them. */
export function formatUnshown(outputs: readonly (readonly HostName[])[], folder: string, colour: Colour): string {
  const who = listHostNames(outputs.flat());
  return toText([createStyle(colour).yellow(`${countOf(outputs.length, 'more output')} of ${who}: ${folder}`)]);
}

function listHostNames(hosts: readonly HostName[]): string {
  const names = foldHosts(hosts);
  return hosts.length === 1 ? names : `${names} (${countOf(hosts.length, 'host')})`;
}

function diffLines(before: readonly string[], after: readonly string[], style: Style): string[] {
  const safe = (lines: readonly string[]) => lines.map(line => `${printableText(line)}\n`).join('');
  const options = { context: 3, maxEditLength: mostEdits };
  const patch = structuredPatch('', '', safe(before), safe(after), undefined, undefined, options);
  if (patch === undefined) return [style.yellow(`(more than ${mostEdits} lines differ)`)];
  if (patch.hunks.length === 0) return [style.yellow('(differs only in control characters or behind the cut)')];
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    style.cyan(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
    ...lines.map(line => (line.startsWith('+') ? style.green(line) : line.startsWith('-') ? style.red(line) : line)),
  ]);
}

/** What a diff costs grows with the lines times these. */
const mostEdits = 2_000;

function sayCut({ cut, lines }: ShownOutput, style: Style): string[] {
  if (cut === undefined) return [];
  return [
    style.yellow(`… cut after ${countOf(lines.length, 'line')}; all ${formatBytes(cut.bytes)} are in ${cut.path}`),
  ];
}

function toText(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('');
}
