import type { YAMLError } from 'yaml';

/** A text with blanks in place of lines that could not be parsed, so that all other places stay the same. */
export interface Repaired {
  readonly text: string;
  readonly gaps: readonly Gap[];
}

/** Where something was taken out. */
export interface Gap {
  /** The offset of its first character. */
  readonly offset: number;
  /** That character's column, from 0; infinite behind a tab, which says nothing. */
  readonly column: number;
  /** The errors of the parser in the broken line, after those before it were blanked. */
  readonly problems: readonly YAMLError[];
}

/** In UTF-16 code units: each try reads the whole text again. So much is read of a long one, in all. */
const largest = 256 * 1024;
const mostRead = 1024 * 1024;
/** To explain one takes as long as to read so much. */
const costOfProblem = 200;
const mostSlips = 20;

/**
 * Blanks the lines with errors of the parser, one after the other, until the rest can be parsed. Undefined if that does not
 * help: a quote that is never closed spoils everything behind it.
 */
export function blankBrokenLines(
  whole: string,
  findProblems: (text: string) => readonly YAMLError[],
): Repaired | undefined {
  if (whole.length > largest) return undefined;
  const gaps: Gap[] = [];
  let text = whole;
  let problems = findProblems(text);
  let readSoFar = 0;
  while (problems.length > 0) {
    const slip = startOf(problems);
    const ranges = candidates(text, slip);
    readSoFar += ranges.length * (whole.length + problems.length * costOfProblem);
    if (readSoFar > mostRead) return undefined;
    const tries = ranges.map(range => {
      const without = blank(text, range);
      const next = findProblems(without);
      return { range, without, next, reached: startOf(next) };
    });
    const best = tries.reduce<(typeof tries)[number] | undefined>(
      (known, one) => (known === undefined || one.reached > known.reached ? one : known),
      undefined,
    );
    if (best === undefined || best.reached <= Math.max(slip, best.range[1]) || gaps.length === mostSlips)
      return undefined;
    const [offset] = best.range;
    const line = startOfLine(text, slip);
    const ofLine = problems.filter(({ pos: [start] }) => startOfLine(whole, start) === line);
    gaps.push({ offset, column: columnOf(text, offset), problems: ofLine });
    text = best.without;
    problems = best.next;
  }
  return { text, gaps };
}

/** Infinite where there is no problem. */
function startOf(problems: readonly YAMLError[]): number {
  return Math.min(...problems.map(({ pos: [start] }) => start));
}

function columnOf(text: string, offset: number): number {
  const start = startOfLine(text, offset);
  return text.slice(start, offset).includes('\t') ? Number.POSITIVE_INFINITY : offset - start;
}

type Range = readonly [number, number];

/**
 * The lines that may cause the error, the most likely first: the line itself, the one above (an open bracket), the one below
 * (indented too far). Each includes the lines indented below it, which would otherwise belong to another key. The first
 * tries keep the dash of a list's entry.
 */
function candidates(text: string, at: number): readonly Range[] {
  const own = lineAt(text, at);
  const lines = [own];
  if (own.start > 0) lines.push(lineAt(text, own.start - 1));
  if (own.end < text.length) lines.push(lineAt(text, own.end + 1));
  const entries = lines.map(line => ({ ...line, content: line.indented }));
  return [...lines, ...entries]
    .map((line): Range => [line.content, endOfBlock(text, line)])
    .filter(([start, end]) => start < end);
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** Where its indentation ends. */
  readonly indented: number;
  /** Where what is written begins, behind blanks and dashes. */
  readonly content: number;
}

function lineAt(text: string, at: number): Line {
  const start = startOfLine(text, at);
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline;
  const [all = '', indentation = ''] = /^([ \t]*)(?:-[ \t]+)*/.exec(text.slice(start, end)) ?? [];
  return { start, end, indented: start + indentation.length, content: start + all.length };
}

function startOfLine(text: string, at: number): number {
  // lastIndexOf takes a start below 0 for 0, and would find a newline that is the first character.
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** The end of the last line that is indented deeper than this one, or empty. A key's list need not be. */
function endOfBlock(text: string, { end, start, content }: Line): number {
  const column = content - start;
  const isEntry = text[content] === '-';
  let last = end;
  while (last < text.length) {
    const line = lineAt(text, last + 1);
    const own = line.indented - line.start;
    const isPartOfKey = own === column && line.content > line.indented && !isEntry;
    if (line.indented < line.end && own <= column && !isPartOfKey) break;
    last = line.end;
  }
  return last;
}

/** Tabs in an indentation go too: they are mostly what is wrong. */
function blank(text: string, [start, end]: Range): string {
  const line = startOfLine(text, start);
  const indentation = text.slice(line, start).replaceAll('\t', ' ');
  return text.slice(0, line) + indentation + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end);
}
