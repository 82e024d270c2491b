import type { Event, OutputLine } from '../../model/event.ts';
import { optional } from '../../model/optional.ts';
import type { RecordRead } from '../../model/records.ts';
import type { OutputBatch, OutputOrigin } from '../write/output-batch.ts';
import type { KeptTexts } from './kept-texts.ts';

type OutputEvent = Event & (OutputLine | RecordRead);

/**
 * The events that a batch stands for, in order; without `texts` its records only. A line whose text is not there any more is told
 * of in its place.
 */
export async function* expandOutput(
  { time, run, from, parts }: OutputBatch,
  texts: KeptTexts | undefined,
): AsyncGenerator<OutputEvent | 'line-without-text'> {
  const beganMs = Date.parse(time);
  for (const [index, ms, what] of parts) {
    const origin = from[index];
    if (origin === undefined) continue;
    const stamp = { time: new Date(beganMs + ms).toISOString(), run, ...playOf(origin) };
    if (typeof what !== 'number') {
      if (origin.kind === 'record') yield { ...recordOf(origin, what), ...stamp };
    } else if (origin.kind === 'line' && texts !== undefined) {
      const { kind, host, module, stream } = origin;
      const lines = await texts.take(host, stream, what);
      for (const text of lines) yield { kind, host, module, stream, text, ...stamp };
      for (let lost = lines.length; lost < what; lost++) yield 'line-without-text';
    }
  }
}

/** Undefined for what only has the name of one. */
export function parseOutput(read: Partial<OutputBatch>): OutputBatch | undefined {
  const { time, from, parts } = read;
  if (!Array.isArray(from) || !Array.isArray(parts) || !from.every(isOrigin)) return undefined;
  const origins: readonly OutputOrigin[] = from;
  const isWhole = parts.every(part => {
    const [index, ms, what] = Array.isArray(part) ? part : [];
    const kind = Array.isArray(what) ? 'record' : isCount(what) ? 'line' : undefined;
    return kind !== undefined && origins[index]?.kind === kind && isTime(time, ms);
  });
  return isWhole ? (read as OutputBatch) : undefined;
}

function isOrigin(origin: unknown): origin is OutputOrigin {
  const { kind, host, module, stream, columns } = Object(origin) as Partial<Record<string, unknown>>;
  const isKnown =
    kind === 'line' ? stream === 'stdout' || stream === 'stderr' : kind === 'record' && Array.isArray(columns);
  return isKnown && typeof host === 'string' && typeof module === 'string';
}

function isTime(time: string | undefined, ms: unknown): boolean {
  return typeof ms === 'number' && !Number.isNaN(new Date(Date.parse(time ?? '') + ms).getTime());
}

function isCount(what: unknown): boolean {
  return Number.isSafeInteger(what) && Number(what) > 0;
}

function playOf({ play, playNumber }: OutputOrigin): Pick<Event, 'play' | 'playNumber'> {
  return { ...optional('play', play), ...optional('playNumber', playNumber) };
}

function recordOf(
  { kind, section, sample, columns, host, module }: OutputOrigin & { readonly kind: 'record' },
  values: readonly (string | number)[],
): RecordRead {
  const place = { ...optional('section', section), ...optional('sample', sample) };
  const named = Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
  return { kind, ...place, values: named, host, module };
}
