import type { Diagnostic } from '../../model/diagnostic.ts';
import { markUnprintable, printableText } from '../../model/printable-text.ts';
import type { Place } from '../../model/source.ts';
import { clusters, displayWidth } from '../layout/display-width.ts';
import { type Colour, createStyle, type Style } from '../layout/style.ts';

/**
 * Findings as a person and an editor's problem matcher read them, each ending with a newline:
 *
 *     playbooks/io.yml:4:10 error unknown-group: no group "wbe" in the inventory; did you mean "web"?
 *         hosts: wbe
 *                ~~~
 *
 * Related places follow as `FILE:LINE:COL note: …`. Of very many the first ones are shown, errors
 * before warnings before what is only told, and how many more there are.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], { colour }: { readonly colour: Colour }): string {
  const style = createStyle(colour);
  const having = (wanted: Diagnostic['severity']): readonly Diagnostic[] =>
    diagnostics.filter(({ severity }) => severity === wanted);
  const inOrder =
    diagnostics.length <= mostShown ? diagnostics : [...having('error'), ...having('warning'), ...having('info')];
  const shown = inOrder.slice(0, mostShown).map(diagnostic => formatDiagnostic(diagnostic, style));
  const more = diagnostics.length - shown.length;
  return [...shown, more > 0 ? `… and ${more} more like these; mend the first ones, and look again\n` : ''].join('');
}

/** A file that was broken by a program, or by somebody who means harm, has thousands. */
const mostShown = 200;

function formatDiagnostic(diagnostic: Diagnostic, style: Style): string {
  const { severity, code, message, cure, place, related = [] } = diagnostic;
  const paint = { error: style.red, warning: style.yellow, info: style.cyan }[severity];
  const position = place === undefined ? '' : `${style.bold(formatPosition(place))} `;
  const sentence = printableText(cure === undefined ? message : `${message}; ${cure}`);
  const lines = [`${position}${paint(severity)} ${style.dim(`${code}:`)} ${sentence}`];
  if (place !== undefined) lines.push(...formatSource(place, paint));
  for (const { place: other, note } of related) {
    lines.push(`${style.bold(formatPosition(other))} ${style.cyan('note:')} ${printableText(note)}`);
    lines.push(...formatSource(other, style.cyan));
  }
  return lines.map(line => `${line}\n`).join('');
}

function formatPosition({ file, line, column }: Place): string {
  return `${printableText(file)}:${line}:${column}`;
}

/** The line, without its own indent, and the squiggle under the range; nothing where the line is not known (a file that could not be read). */
function formatSource(place: Place, paint: (text: string) => string): string[] {
  const { text, column, endColumn, isCutBefore, isCutAfter } = cutAround(place);
  if (text.trim() === '') return [];
  const cells = cellsOf(text);
  const start = cells.findIndex(cell => cell.end >= column);
  const first = start === -1 ? cells.length : start;
  const pastLast = cells.findIndex(cell => cell.end >= endColumn - 1);
  const last = pastLast === -1 ? cells.length - 1 : pastLast;
  const indented = Math.min(first, text.length - text.trimStart().length);
  const window = windowAround(cells, indented, first, last);
  const shown = cells.slice(window.from, window.to);
  const before = window.from > indented || isCutBefore ? '…' : '';
  const after = window.to < cells.length || isCutAfter ? '…' : '';
  const widthOf = (from: number, to: number) => cells.slice(from, to).reduce((sum, cell) => sum + cell.width, 0);
  const indent = ' '.repeat(before.length + widthOf(window.from, first));
  const squiggle = '~'.repeat(Math.max(1, widthOf(first, Math.min(last + 1, window.to))));
  return [`    ${before}${shown.map(cell => cell.shown).join('')}${after}`, `    ${indent}${paint(squiggle)}`];
}

/**
 * The part of a line that is looked at: a file of 1 MB may be one line, with thousands of findings in it. What is cut is longer than
 * what is shown of it by much, since it may be indented, and a character may have many parts.
 */
function cutAround({ text, column, endColumn }: Place) {
  const beside = 1000;
  const from = text.length <= 2 * beside ? 0 : Math.max(0, column - 1 - beside);
  const to = text.length <= 2 * beside ? text.length : Math.min(text.length, column - 1 + beside);
  return {
    ...{ text: text.slice(from, to), column: column - from, endColumn: Math.min(endColumn, to + 1) - from },
    ...{ isCutBefore: from > 0, isCutAfter: to < text.length },
  };
}

/** One character as it is shown, and the 1-based column in UTF-16 units of its last unit. */
interface Cell {
  readonly shown: string;
  readonly width: number;
  readonly end: number;
}

function cellsOf(text: string): Cell[] {
  let end = 0;
  let column = 0;
  return clusters(text).map(cluster => {
    end += cluster.length;
    const shown = cluster === '\t' ? ' '.repeat(tabWidth - (column % tabWidth)) : visible(cluster);
    const width = displayWidth(shown);
    column += width;
    return { shown, width, end };
  });
}

const tabWidth = 4;

/** Controls as their pictures (U+2400 and on), other characters that a terminal would act on by number. */
function visible(cluster: string): string {
  return markUnprintable(cluster, character => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '␡' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** Which cells to show, of those behind the indent: of a line that is very long the range, with what stands round it. */
function windowAround(
  cells: readonly Cell[],
  indented: number,
  first: number,
  last: number,
): { from: number; to: number } {
  if (cells.length - indented <= longestLine) return { from: indented, to: cells.length };
  const room = Math.max(0, longestLine - (last + 1 - first));
  const wanted = Math.min(first - Math.min(Math.floor(room / 2), 40), cells.length - longestLine);
  const from = Math.max(indented, wanted);
  return { from, to: Math.min(cells.length, from + longestLine) };
}

/** In characters, so that with its indent it stays near to what a terminal of 120 columns shows. */
const longestLine = 110;
