import type { Event, EventReader } from '../../model/event.ts';
import { countOf } from '../layout/amounts.ts';
import { toJsonLine } from '../layout/json-line.ts';
import { pipeLag } from './output-gap.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { createStreamWriter } from './stream-writer.ts';

/**
 * `--format json`: every event as one line of JSON on stdout, as `schemas/event.schema.json` has it. Nothing else is
 * printed, and nothing is taken out of remote text: JSON escapes controls, and programs want what was said. Where nobody
 * reads, output is left out and nothing else, and a notice in its place says how much.
 */
export function createNdjsonReporter(options: Pick<ReporterOptions, 'stdout' | 'onBrokenPipe'>): EventReader {
  let latest: Event | undefined;
  let directory: string | undefined;
  let isFull = false;
  const gap = (events: number) =>
    latest === undefined ? '' : toJsonLine(noticeOf(events, latest, { directory, isFull }));
  const results = createStreamWriter(options.stdout, options.onBrokenPipe, { ...pipeLag, gap });
  return {
    read(event) {
      latest = event;
      if (event.kind === 'run-started') directory = event.directory;
      if (event.kind === 'output-full') isFull = true;
      const isOutput = event.kind === 'line' || event.kind === 'record' || event.kind === 'histogram';
      if (isOutput) results.offer(toJsonLine(event));
      else results.write(toJsonLine(event));
    },
    congestion: () => results.congestion(),
    close: () => results.close(),
  };
}

function noticeOf(
  events: number,
  { time, run }: Event,
  { directory, isFull }: { readonly directory: string | undefined; readonly isFull: boolean },
): Event {
  const kept =
    directory === undefined ? '' : `; ${isFull ? 'what is kept' : 'all'} of it: tapbook show ${run} --events`;
  const text = `${countOf(events, 'event')} of output not shown here, since nobody read in time${kept}`;
  return { kind: 'notice', severity: 'warning', text, leftOut: events, time, run };
}
