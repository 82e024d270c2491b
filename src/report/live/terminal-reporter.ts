import type { Event, EventReader, OutputLine } from '../../model/event.ts';
import { printableText } from '../../model/printable-text.ts';
import type { TablesMade } from '../../model/records.ts';
import { createTally, type PlayTally } from '../tally/run-tally.ts';
import { formatFleetTables } from '../texts/fleet-tables.ts';
import { formatRecap } from '../texts/recap.ts';
import { createStyle } from '../texts/style.ts';
import { wrapText } from '../texts/wrap-text.ts';
import { createLineFolder, type FoldedLine } from './fold-lines.ts';
import { formatHostLine, formatHostTrouble, type LineHead, plainHead } from './host-line.ts';
import { pipeLag, sayGap, terminalLag } from './output-gap.ts';
import { type PlayView, viewPlay } from './play-view.ts';
import { hostTrouble, progressLines } from './progress-lines.ts';
import { createRepeatFilter } from './recognise-repeats.ts';
import type { TerminalOptions } from './reporter-options.ts';
import { type StageList, startStageList } from './stage-list.ts';
import { createStreamWriter } from './stream-writer.ts';
import { createTerminalScreen } from './terminal-screen.ts';
import { hostsBegun, writeOutputs } from './write-outputs.ts';

/**
 * For a terminal: stages and kernel groups with rolling counts, below the lines that scripts print. Lines are shown
 * within `tickMs`, and equal ones of several hosts that come within one tick are folded into one. Results that go past
 * the terminal, into a file or a pipe, are written there as they come and never folded. What floods the terminal is shown in
 * part, since nobody can read it and drawing it would slow the run; all of it is in the run's files. Tables and recap come
 * when it is closed.
 */
export function createTerminalReporter(options: TerminalOptions): EventReader {
  const { colour, verbosity, results: resultsShown = 'lines-and-tables', lineHead = plainHead, outputs } = options;
  const { tally, read } = createTally();
  const gap = (lines: number) => `${sayGap(lines, tally)}\n`;
  const isOne = options.stdoutIs === 'terminal';
  const results = createStreamWriter(options.stdout, options.onBrokenPipe, { ...(isOne ? terminalLag : pipeLag), gap });
  // One writer for one terminal: two would get out of order where it does not keep up. Without a place to tell of it, a
  // stderr that is gone is no reason to do anything.
  const terminal = isOne ? results : createStreamWriter(options.stderr, () => {}, { ...terminalLag, gap });
  const screen = createTerminalScreen({ ...options, write: terminal.write });
  const style = createStyle(colour.stderr);
  const isToldBefore = createRepeatFilter(tally);
  const folder = createLineFolder();
  /** Plays whose turn is over, though it may come again, with the lines that came meanwhile. */
  const turns: Turn[] = [];
  /** What is said of a play need not be said again at its next turn. */
  const settled = new Map<PlayTally, Set<string>>();
  let shown: { readonly play: PlayTally; readonly list: StageList } | undefined;
  // A list ends asynchronously; what comes meanwhile waits, since it belongs below it.
  let ending: Promise<void> | undefined;
  // Below the list, which is over when the reporter is closed.
  let made: TablesMade | undefined;
  /** In UTF-16 units, of the lines that the folder holds. */
  let held = 0;
  const leftOut = { unread: 0, flooded: 0, untold: 0 };
  /** Lines that may still be shown. */
  let allowance = mostAtOnce;

  const draw = () => {
    if (ending !== undefined) return;
    const turn = turns.shift();
    if (turn !== undefined) {
      ending = endTurn(turn).finally(() => {
        ending = undefined;
      });
      return;
    }
    if (tally.focus !== undefined) {
      shown ??= begin(tally.focus);
      shown.list.show(viewOf(shown.play));
    }
    screen.update(format(takeLines()), shown?.list.frame() ?? []);
  };
  const tellGap = () => {
    if (leftOut.untold > 0) folder.tell(sayGap(leftOut.untold, tally));
    leftOut.untold = 0;
  };
  const takeLines = () => {
    tellGap();
    held = 0;
    return folder.take();
  };
  const begin = (play: PlayTally) => {
    screen.update([style.bold(`PLAY [${printableText(play.name)}]`)], []);
    return { play, list: startStageList(style) };
  };
  const endTurn = async ({ play, lines }: Turn) => {
    const view = viewOf(play);
    if (shown === undefined && lines.length === 0 && Object.keys(view).length === 0) return;
    const { list } = shown ?? begin(play);
    list.show(view);
    await list.end();
    screen.update(format(lines), list.frame());
    screen.keepFrame(list.frame());
    settled.set(play, new Set([...(settled.get(play) ?? []), ...stagesOver(view)]));
    shown = undefined;
  };
  const viewOf = (play: PlayTally): PlayView => {
    const view = viewPlay(play, options.now(), options.columns() - titleIndent);
    return Object.fromEntries(Object.entries(view).filter(([stage]) => !settled.get(play)?.has(stage)));
  };
  const format = (lines: readonly FoldedLine[]) =>
    lines.flatMap(line => formatLine(line, options.columns(), colour, lineHead));
  const readLine = ({ host, stream, text, time }: OutputLine & Event) => {
    const sign = stream === 'stdout' ? '|' : '!';
    if (sign === '|' && (resultsShown !== 'lines-and-tables' || outputs !== undefined)) return;
    const line = { hosts: [host], sign, text, time } as const;
    if (sign === '|' && options.stdoutIs === 'elsewhere') {
      results.offer(`${formatHostLine(line, colour.stdout, lineHead)}\n`);
      return;
    }
    const isStuck = terminal.state() === 'stuck';
    if (isStuck || (allowance === 0 && tally.started?.directory !== undefined)) {
      leftOut[isStuck ? 'unread' : 'flooded']++;
      leftOut.untold++;
      return;
    }
    tellGap();
    held += text.length;
    allowance = Math.max(0, allowance - 1);
    if (sign === '|' && lineHead.host === 'none') folder.addAlone(line);
    else folder.add(host, sign, text, time);
  };
  const tell = (event: Event) => {
    if (isToldBefore(event)) return;
    const trouble = hostTrouble(event);
    if (trouble !== undefined && 'host' in event) folder.add(event.host, ':', trouble);
    else for (const text of toldAbove(event, verbosity)) folder.tell(text);
  };
  const timer = setInterval(() => {
    allowance = Math.min(mostAtOnce, allowance + linesOfTick);
    // A frame that nobody has seen yet is not drawn over.
    if (terminal.state() === 'free') draw();
  }, tickMs);

  return {
    read(event) {
      const before = tally.focus;
      read(event);
      if (before !== undefined && before !== tally.focus) turns.push({ play: before, lines: takeLines() });
      if (event.kind === 'line') readLine(event);
      else if (event.kind === 'tables') made = event;
      else tell(event);
      if ((folder.size() > mostHeldLines || held > mostHeld) && terminal.state() !== 'stuck') draw();
    },
    congestion: () => results.congestion() ?? terminal.congestion(),
    async close() {
      clearInterval(timer);
      await ending;
      for (const turn of turns.splice(0)) await endTurn(turn);
      const lines = takeLines();
      if (tally.focus === undefined) screen.update(format(lines), []);
      else await endTurn({ play: tally.focus, lines });
      if (outputs !== undefined && tally.finished !== undefined) {
        await writeOutputs(outputs(hostsBegun(tally)), results);
      }
      if (made !== undefined && resultsShown !== 'none') {
        const tables = formatFleetTables(made, { colour: colour.stdout, columns: options.columns() });
        results.write(resultsShown === 'tables' || tables === '' ? tables : `\n${tables}`);
      }
      if (tally.finished !== undefined) {
        const recap = { colour: colour.stderr, columns: options.columns(), verbosity, sentences: 'wrapped' } as const;
        const { flooded } = leftOut;
        terminal.write(formatRecap(tally, { ...recap, leftOut: leftOut.unread + results.leftOut(), flooded }));
      }
      await Promise.all([results.close(), terminal.close()]);
    },
  };
}

const tickMs = 100;
/** More than the terminals of most people scroll back. */
const mostAtOnce = 20_000;
/** What a flood is shown of, then: 5,000 lines in a second. */
const linesOfTick = 500;
/** A tick with more lines than that is cut short, so that a flood stays in small pieces. */
const mostHeldLines = 2_000;
/** The same in UTF-16 units. */
const mostHeld = 256_000;
/** The subtasks' indent, the icon and its blank, and one column that stays free: a full line wraps on some terminals. */
const titleIndent = 5;

interface Turn {
  readonly play: PlayTally;
  readonly lines: readonly FoldedLine[];
}

function stagesOver(view: PlayView): string[] {
  const over = (['probe', 'build', 'run'] as const).filter(stage => (view[stage]?.state ?? 'running') !== 'running');
  return over.includes('build') ? [...over, 'groups'] : over;
}

function formatLine(line: FoldedLine, columns: number, colour: TerminalOptions['colour'], head: LineHead): string[] {
  switch (line.sign) {
    case '|':
      return [formatHostLine(line, colour.stdout, head)];
    case '!':
      return [formatHostLine(line, colour.stderr, head)];
    case ':':
      return formatHostTrouble(line, colour.stderr, columns);
    case '-':
      return wrapText(line.text, columns).map(createStyle(colour.stderr).dim);
  }
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
