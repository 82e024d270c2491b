import type { Event, EventReader, OutputLine } from '../../model/event.ts';
import type { TablesMade } from '../../model/records.ts';
import { createTally, type RunTally } from '../tally/run-tally.ts';
import { formatRecap } from '../texts/recap.ts';
import { describeWaiting } from './describe-waiting.ts';
import { formatHostLine, plainHead } from './host-line.ts';
import { pipeLag, sayGap } from './output-gap.ts';
import { progressLines } from './progress-lines.ts';
import { createRepeatFilter } from './recognise-repeats.ts';
import type { ReporterOptions } from './reporter-options.ts';
import { createStreamWriter, type StreamWriter } from './stream-writer.ts';
import { watchSilence } from './watch-silence.ts';
import { hostsBegun, writeOutputs } from './write-outputs.ts';
import { writeTables } from './write-tables.ts';

/**
 * For logs, pipes and terminals that cannot move the cursor: `HOST | line` to stdout as it comes, one line for each
 * line, so that grep and awk find a host's, and the tables of all hosts at the end; progress, `HOST ! line` and the recap to
 * stderr. A long silence has a line that names the hosts that are waited for.
 */
export function createPlainReporter(options: ReporterOptions): EventReader {
  const { colour, verbosity, outputs, now } = options;
  const { tally, read } = createTally();
  const streams = openStreams(options, tally);
  const { results, progress } = streams;
  const tell = (text: string) => {
    results.flush();
    progress.write(text);
  };
  const isToldBefore = createRepeatFilter(tally);
  const silence = watchSilence(now, heardAt => {
    const { focus, finished } = tally;
    const words = focus === undefined || finished !== undefined ? undefined : describeWaiting(focus, now(), heardAt);
    if (words !== undefined) tell(`${words}\n`);
  });
  let made: TablesMade | undefined;
  const tellEvent = (event: Event) => {
    if (isToldBefore(event)) return;
    const lines = progressLines(event, verbosity);
    tell(lines.map(line => `${line}\n`).join(''));
    if (event.kind === 'run-finished' && outputs === undefined) writeRecap();
  };
  const writeRecap = () => {
    const recap = { colour: colour.stderr, columns: options.columns(), verbosity, sentences: 'whole' } as const;
    const leftOut = results.leftOut() + (progress === results ? 0 : progress.leftOut());
    tell(formatRecap(tally, { ...recap, leftOut }));
  };
  return {
    read(event: Event) {
      read(event);
      silence.heard();
      if (event.kind === 'line') writeLine(event, options, streams);
      else if (event.kind === 'tables') {
        made = event;
        if (outputs === undefined) writeTables(made, options, results);
      } else tellEvent(event);
    },
    congestion: () => results.congestion() ?? progress.congestion(),
    async close() {
      silence.close();
      // They are read from files, which are complete only when the run is over.
      if (outputs !== undefined && tally.finished !== undefined) {
        await writeOutputs(outputs(hostsBegun(tally)), results);
        writeTables(made, options, results);
        writeRecap();
      }
      await Promise.all([results.close(), progress.close()]);
    },
  };
}

/** One writer where both are the same stream. Both may be the same log: what came first stands above, and so is flushed. */
interface Streams {
  readonly results: StreamWriter;
  readonly progress: StreamWriter;
}

function openStreams({ stdout, stderr, onBrokenPipe }: ReporterOptions, tally: RunTally): Streams {
  const lag = { ...pipeLag, gap: (lines: number) => `${sayGap(lines, tally)}\n` };
  const results = createStreamWriter(stdout, onBrokenPipe, lag);
  // Without a place to tell of it, a stderr that is gone is no reason to do anything.
  return { results, progress: stderr === stdout ? results : createStreamWriter(stderr, () => {}, lag) };
}

function writeLine(
  { host, stream, text, time }: OutputLine & Event,
  { results: shown = 'lines-and-tables', outputs, colour, lineHead = plainHead }: ReporterOptions,
  { results, progress }: Streams,
): void {
  const isResult = stream === 'stdout';
  if (isResult && (shown !== 'lines-and-tables' || outputs !== undefined)) return;
  const line = { hosts: [host], sign: isResult ? '|' : '!', text, time } as const;
  const written = `${formatHostLine(line, colour[stream], lineHead)}\n`;
  if (isResult) {
    results.offer(written);
    return;
  }
  results.flush();
  progress.offer(written);
  progress.flush();
}
