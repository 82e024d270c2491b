import type { ScriptEnd, ScriptFinished } from '../../model/event.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import { printedNothing } from '../../model/script-end.ts';
import { countOf, formatSeconds } from '../layout/amounts.ts';

/**
 * How a script ended, after how long, how much of that it traced, and whether it printed nothing, to stand behind its name:
 * `was lost (no answer for 60 s) after 47s, of which it traced 30s`.
 */
export function sayScriptEnd(
  finished: Pick<ScriptFinished, 'end' | 'seconds' | 'traced' | 'lines' | 'unkept'>,
): string {
  const { end, seconds, traced } = finished;
  // It was lost before it was loaded.
  if (end.kind === 'skipped' || (end.kind === 'lost' && seconds === 0)) return sayEnd(end);
  const of = traced === undefined ? '' : `, of which it traced ${formatSeconds(traced)}`;
  return `${sayEnd(end)} after ${formatSeconds(seconds)}${of}${printedNothing(finished) ? ', and printed nothing' : sayUnkept(finished)}`;
}

function sayUnkept({ unkept }: Pick<ScriptFinished, 'unkept'>): string {
  return unkept === undefined ? '' : `; ${countOf(unkept.lines, 'line')} (${formatBytes(unkept.bytes)}) not kept`;
}

function sayEnd(end: ScriptEnd): string {
  switch (end.kind) {
    case 'exited':
      return 'ended by itself';
    case 'duration':
      return 'was stopped as planned';
    case 'stopped':
      return 'was stopped on request';
    case 'lost':
      return `was lost (${end.cause})`;
    case 'skipped':
      return `was not loaded (${end.reason})`;
    case 'failed':
      return `failed (${end.failure.cause})`;
    default:
      return end satisfies never;
  }
}
