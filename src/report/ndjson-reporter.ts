import type { EventReader } from '../model/event.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { createStreamWriter } from './stream-writer.ts';

/**
 * `--format json`: every event as one line of JSON on stdout, as `schemas/event.schema.json` has it. Nothing else is
 * printed, and nothing is taken out of remote text: JSON escapes controls, and programs want what was said.
 */
export function createNdjsonReporter(options: Pick<ReporterOptions, 'stdout' | 'onBrokenPipe'>): EventReader {
  const results = createStreamWriter(options.stdout, options.onBrokenPipe);
  return {
    read: event => results.write(`${toJsonLine(event)}\n`),
    congestion: () => results.congestion(),
    close: () => results.close(),
  };
}

/** JSON leaves U+007F to U+009F and bidi overrides as they are; on a terminal they act. As `\u` they are the same JSON. */
function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
