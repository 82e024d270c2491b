import type { Event, EventReader, OutputLine } from '../../model/event.ts';
import type { TablesMade } from '../../model/records.ts';
import { createStyle } from '../layout/style.ts';
import { createTally, type RunTally } from '../tally/run-tally.ts';
import { formatRecap } from '../texts/recap.ts';
import { formatFoldedLine, formatHostLine, plainHead } from './host-line.ts';
import { pipeLag, sayGap, terminalLag } from './output-gap.ts';
import { createPlayTurns } from './play-turns.ts';
import { viewPlay } from './play-view.ts';
import { hostTrouble, progressLines } from './progress-lines.ts';
import { createRepeatFilter } from './recognise-repeats.ts';
import type { TerminalOptions } from './reporter-options.ts';
import { createStreamWriter, type StreamWriter } from './stream-writer.ts';
import { createTerminalLines, type TerminalLines } from './terminal-lines.ts';
import { createTerminalScreen } from './terminal-screen.ts';
import { hostsBegun, writeOutputs } from './write-outputs.ts';
import { writeTables } from './write-tables.ts';

/**
 * For a terminal: stages and kernel groups with rolling counts, below the lines that scripts print. Lines are shown
 * within `tickMs`, and equal ones of several hosts that come within one tick are folded into one. Results that go past
 * the terminal, into a file or a pipe, are written there as they come and never folded. What floods the terminal is shown in
 * part, since nobody can read it and drawing it would slow the run; all of it is in the run's files. Tables and recap come
 * when it is closed.
 */
export function createTerminalReporter(options: TerminalOptions): EventReader {
  const { colour, verbosity, lineHead = plainHead } = options;
  const { tally, read } = createTally();
  const { results, terminal } = openStreams(options, tally);
  const lines = createTerminalLines({ tally, lineHead, isStuck: () => terminal.state() === 'stuck' });
  const turns = createPlayTurns({
    screen: createTerminalScreen({ ...options, write: terminal.write }),
    style: createStyle(colour.stderr),
    focus: () => tally.focus,
    view: play => viewPlay(play, options.now(), options.columns() - titleIndent),
    takeLines: lines.take,
    format: some => some.flatMap(line => formatFoldedLine(line, colour, lineHead, options.columns())),
  });
  const isToldBefore = createRepeatFilter(tally);
  // Below the list, which is over when the reporter is closed.
  let made: TablesMade | undefined;

  const tell = (event: Event) => {
    if (isToldBefore(event)) return;
    const trouble = hostTrouble(event);
    if (trouble !== undefined && 'host' in event) lines.tellOf(event.host, trouble);
    else for (const text of toldAbove(event, verbosity)) lines.tell(text);
  };
  const timer = setInterval(() => {
    lines.allowMore();
    // A frame that nobody has seen yet is not drawn over.
    if (terminal.state() === 'free') turns.draw();
  }, tickMs);

  return {
    read(event) {
      const before = tally.focus;
      read(event);
      if (before !== undefined && before !== tally.focus) turns.end(before);
      if (event.kind === 'line') readLine(event, options, lines, results);
      else if (event.kind === 'tables') made = event;
      else tell(event);
      if (lines.isLong() && terminal.state() !== 'stuck') turns.draw();
    },
    congestion: () => results.congestion() ?? terminal.congestion(),
    async close() {
      clearInterval(timer);
      await turns.close();
      if (options.outputs !== undefined && tally.finished !== undefined) {
        await writeOutputs(options.outputs(hostsBegun(tally)), results);
      }
      writeTables(made, options, results);
      if (tally.finished !== undefined) {
        const recap = { colour: colour.stderr, columns: options.columns(), verbosity, sentences: 'wrapped' } as const;
        const { unread, flooded } = lines.leftOut();
        terminal.write(formatRecap(tally, { ...recap, leftOut: unread + results.leftOut(), flooded }));
      }
      await Promise.all([results.close(), terminal.close()]);
    },
  };
}

const tickMs = 100;
/** The subtasks' indent, the icon and its blank, and one column that stays free: a full line wraps on some terminals. */
const titleIndent = 5;

/** The results, and the terminal that shows the progress. */
function openStreams(
  { stdout, stderr, stdoutIs, onBrokenPipe }: TerminalOptions,
  tally: RunTally,
): { readonly results: StreamWriter; readonly terminal: StreamWriter } {
  const gap = (lines: number) => `${sayGap(lines, tally)}\n`;
  const isOne = stdoutIs === 'terminal';
  const results = createStreamWriter(stdout, onBrokenPipe, { ...(isOne ? terminalLag : pipeLag), gap });
  // One writer for one terminal: two would get out of order where it does not keep up. Without a place to tell of it, a
  // stderr that is gone is no reason to do anything.
  return { results, terminal: isOne ? results : createStreamWriter(stderr, () => {}, { ...terminalLag, gap }) };
}

/** Shows a line above the list, or writes it where results go past the terminal. */
function readLine(
  line: OutputLine & Event,
  { results: shown = 'lines-and-tables', outputs, stdoutIs, colour, lineHead = plainHead }: TerminalOptions,
  lines: TerminalLines,
  results: StreamWriter,
): void {
  const isResult = line.stream === 'stdout';
  if (isResult && (shown !== 'lines-and-tables' || outputs !== undefined)) return;
  if (isResult && stdoutIs === 'elsewhere') {
    const { host, text, time } = line;
    results.offer(`${formatHostLine({ hosts: [host], sign: '|', text, time }, colour.stdout, lineHead)}\n`);
  } else lines.offer(line);
}

/** What is worth a line that stays, beside the list, which counts the rest. */
function toldAbove(event: Event, verbosity: TerminalOptions['verbosity']): string[] {
  switch (event.kind) {
    case 'run-started':
    case 'play-started':
    case 'batch-started':
    case 'build-started':
    case 'run-finished':
      return [];
    case 'build-finished':
      return event.result.kind === 'failed' || verbosity === 'verbose' ? progressLines(event, verbosity) : [];
    default:
      return progressLines(event, verbosity);
  }
}
