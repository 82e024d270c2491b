import type { Place } from '../model/source.ts';
import type { StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';
import type { StpToken } from './tokenize-stp.ts';

/** A place of a probe point that stap refuses, whatever kernel it is. */
export type BadPoint =
  /** What stands in the parentheses is no literal: `timer.s(0.5)`, `timer.s()`. */
  | {
      readonly kind: 'no-literal';
      readonly text: string;
      readonly unit?: string;
      readonly place: Place;
      readonly argument?: number;
    }
  /** An interval that timers do not have; in the words of the timer's own unit. */
  | { readonly kind: 'interval'; readonly range: string; readonly place: Place; readonly argument?: number }
  /** A timer of a unit that there is none of. */
  | { readonly kind: 'no-timer'; readonly text: string; readonly place: Place }
  /** A point inside of a program that is not named. */
  | { readonly kind: 'no-program'; readonly text: string; readonly place: Place };

/** Looks at the points of a probe, or at those that an alias stands for. `raw` are the arguments as written. */
export function findBadPoints(
  { head: written, kind }: StpProbe,
  raw: readonly StpToken[],
  at: (token: Pick<StpToken, 'start' | 'end'>) => Place,
): readonly BadPoint[] {
  const head = kind === 'alias' ? written.slice(written.findIndex(({ text }) => /^\+?=$/.test(text)) + 1) : written;
  const isSure = head.every(
    token => token.sure && token.kind !== 'preprocessor' && (token.kind !== 'at-word' || token.argument !== undefined),
  );
  if (!isSure) return [];
  const values = head.flatMap((token, index): readonly BadPoint[] => {
    if (token.kind !== 'operator' || token.text !== '(') return [];
    const length = head.slice(index).findIndex(({ kind, text }) => kind === 'operator' && text === ')');
    const close = head[index + length];
    if (length === -1 || close === undefined) return [];
    const inside = head.slice(index + 1, index + length);
    const number = inside[0]?.argument?.number ?? emptyArgument(raw, token.end, close.start);
    const from = number === undefined ? {} : { argument: number };
    const place = at({ start: inside[0]?.start ?? token.start, end: inside.at(-1)?.end ?? close.end });
    const unit = head[index - 3]?.text === 'timer' ? head[index - 1]?.text : undefined;
    if (!mayBeLiteral(inside)) {
      return [{ kind: 'no-literal', text: textOf(inside), ...(unit === undefined ? {} : { unit }), place, ...from }];
    }
    const range = isOutOfRange(unit ?? '', inside) ? rangeOf(unit ?? '') : undefined;
    return range === undefined ? [] : [{ kind: 'interval', range, place, ...from }];
  });
  return [...values, ...pointsOf(head).flatMap(point => [...findNoProgram(point, at), ...findNoTimer(point, at)])];
}

function emptyArgument(raw: readonly StpToken[], from: number, to: number): number | undefined {
  const token = raw.find(({ start, end }) => start >= from && end <= to);
  return token === undefined ? undefined : Number(token.text.slice(1));
}

function textOf(tokens: readonly ParsedToken[]): string {
  return tokens.map(({ text }) => text).join('');
}

/** Names are told elsewhere, as are numbers that are none; what an argument is that is not known yet cannot be told. */
function mayBeLiteral([first, ...rest]: readonly ParsedToken[]): boolean {
  if (first === undefined) return false;
  if ([first, ...rest].some(({ kind }) => kind === 'argument') || first.kind === 'identifier') return true;
  if (first.kind === 'string') return rest.every(({ kind }) => kind === 'string');
  const number = first.text === '-' ? rest : [first, ...rest];
  return number.length === 1 && number[0]?.kind === 'number';
}

/** stap takes timers of 100 µs up to a day, and as many jiffies (tapset-timers.cxx). */
function isOutOfRange(unit: string, inside: readonly ParsedToken[]): boolean {
  const [least, most] = limits[unit] ?? [];
  const text = textOf(inside).replace(/^0(?=[0-7]+$)/, '0o');
  if (least === undefined || most === undefined || !/^(?:-?\d{1,15}|0[xo][\da-f]{1,12})$/i.test(text)) return false;
  return Number(text) < least || Number(text) > most;
}

const limits: Readonly<Record<string, readonly [least: number, most: number]>> = {
  s: [1, 86_400],
  sec: [1, 86_400],
  ms: [1, 86_400_000],
  msec: [1, 86_400_000],
  us: [100, 86_400_000_000],
  usec: [100, 86_400_000_000],
  ns: [100_000, 86_400_000_000_000],
  nsec: [100_000, 86_400_000_000_000],
  hz: [1, 10_000],
  jiffies: [1, 1_000_000],
};

function rangeOf(unit: string): string {
  const [least, most] = limits[unit] ?? [];
  return `${least} to ${most} ${unit.replace(/ec$/, '')}`;
}

function findNoTimer(
  [timer, dot, word]: readonly ParsedToken[],
  at: (token: Pick<StpToken, 'start' | 'end'>) => Place,
): readonly BadPoint[] {
  if (timer?.text !== 'timer' || dot?.text !== '.' || word?.kind !== 'identifier' || word.argument !== undefined)
    return [];
  if (limits[word.text] !== undefined || word.text === 'profile') return [];
  return [{ kind: 'no-timer', text: word.text, place: at({ start: timer.start, end: word.end }) }];
}

/** Where nothing names the program, stap wants `-c` or `-x`, which a build does not have. */
function findNoProgram(
  [process, dot, word]: readonly ParsedToken[],
  at: (token: Pick<StpToken, 'start' | 'end'>) => Place,
): readonly BadPoint[] {
  if (process?.text !== 'process' || dot?.text !== '.' || word === undefined || !inPrograms.has(word.text)) return [];
  const place = at({ start: process.start, end: word.end });
  return process.argument === undefined ? [{ kind: 'no-program', text: word.text, place }] : [];
}

const inPrograms: ReadonlySet<string> = new Set(['function', 'statement', 'mark', 'provider', 'plt', 'library']);
