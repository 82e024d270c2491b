import type { Event, EventReader, OutputLine } from '../model/event.ts';
import { createLineFolder, type FoldedLine } from './fold-lines.ts';
import { formatHostLine, formatHostTrouble } from './host-line.ts';
import { type PlayView, viewPlay } from './play-view.ts';
import { hostTrouble, progressLines } from './progress-lines.ts';
import { formatRecap } from './recap.ts';
import type { TerminalOptions } from './reporter-options.ts';
import { createTally, isToldBefore, type PlayTally } from './run-tally.ts';
import { sanitiseText } from './sanitise-text.ts';
import { type StageList, startStageList } from './stage-list.ts';
import { createStreamWriter } from './stream-writer.ts';
import { createStyle } from './style.ts';
import { createTerminalScreen } from './terminal-screen.ts';
import { wrapText } from './wrap-text.ts';

/**
 * For a terminal: stages and kernel groups with rolling counts, below the lines that scripts print. Lines are shown
 * within `tickMs`, and equal ones of several hosts that come within one tick are folded into one. Results that go past
 * the terminal, into a file or a pipe, are written there at once and never folded. The recap comes when it is closed.
 */
export function createTerminalReporter(options: TerminalOptions): EventReader {
  const { colour, verbosity } = options;
  const results = createStreamWriter(options.stdout, options.onBrokenPipe);
  // Without a place to tell of it, a stderr that is gone is no reason to do anything.
  const progress = createStreamWriter(options.stderr, () => {});
  const screen = createTerminalScreen({ ...options, stdout: results, stderr: progress });
  const style = createStyle(colour.stderr);
  const { tally, read } = createTally();
  const folder = createLineFolder();
  const told: string[] = [];
  /** What is said of a play before another one has its turn need not be said again. */
  const settled = new Map<PlayTally, Set<keyof PlayView>>();
  let shown: { readonly play: PlayTally; readonly list: StageList } | undefined;
  // A list ends asynchronously; what comes meanwhile waits, since it belongs below it.
  let ending: Promise<void> | undefined;

  const draw = () => {
    if (ending !== undefined) return;
    if (shown !== undefined && shown.play !== tally.focus) {
      ending = endList().finally(() => {
        ending = undefined;
      });
      return;
    }
    if (shown === undefined && tally.focus !== undefined) {
      shown = { play: tally.focus, list: startStageList(style) };
      if (tally.plays.length > 1) told.push(`PLAY [${sanitiseText(tally.focus.name)}]`);
    }
    if (shown !== undefined) shown.list.show(viewOf(shown.play));
    screen.update(takeLines(), shown?.list.frame() ?? []);
  };
  const viewOf = (play: PlayTally): PlayView => {
    const view = viewPlay(play, options.now(), options.columns() - titleIndent);
    const without = settled.get(play);
    return Object.fromEntries(Object.entries(view).filter(([stage]) => !without?.has(stage as keyof PlayView)));
  };
  const endList = async () => {
    if (shown === undefined) return;
    const { play, list } = shown;
    const view = viewOf(play);
    list.show(view);
    await list.end();
    screen.update(takeLines(), list.frame());
    screen.keepFrame(list.frame());
    const over = (['probe', 'build', 'run'] as const).filter(stage => (view[stage]?.state ?? 'running') !== 'running');
    settled.set(play, new Set([...(settled.get(play) ?? []), ...over, ...(over.includes('build') ? groupsToo : [])]));
    shown = undefined;
  };
  const takeLines = () => {
    const lines = folder.take();
    const isResult = (line: FoldedLine) => line.sign === '|';
    const columns = options.columns();
    return {
      stdout: lines.filter(isResult).map(line => formatHostLine(line, colour.stdout)),
      stderr: [
        ...told
          .splice(0)
          .flatMap(text => wrapText(text, columns))
          .map(style.dim),
        ...lines.filter(line => !isResult(line)).flatMap(line => formatOther(line, columns)),
      ],
    };
  };
  const formatOther = (line: FoldedLine, columns: number) =>
    line.sign === '!' ? [formatHostLine(line, colour.stderr)] : formatHostTrouble(line, colour.stderr, columns);
  const readLine = ({ host, stream, text }: OutputLine) => {
    const sign = stream === 'stdout' ? '|' : '!';
    if (sign === '!' || options.stdoutIs === 'terminal') folder.add(host, sign, text);
    else results.write(`${formatHostLine({ hosts: [host], sign, text }, colour.stdout)}\n`);
  };
  const tell = (event: Event) => {
    if (isToldBefore(tally, event)) return;
    const trouble = hostTrouble(event);
    if (trouble !== undefined && 'host' in event) folder.add(event.host, ':', trouble);
    else told.push(...toldAbove(event, verbosity));
  };
  const timer = setInterval(draw, tickMs);

  return {
    read(event) {
      read(event);
      if (event.kind === 'line') readLine(event);
      else tell(event);
      if (folder.size() > mostHeldLines) draw();
    },
    congestion: () => results.congestion() ?? progress.congestion(),
    async close() {
      clearInterval(timer);
      await ending;
      // A play whose turn came within the last tick has not been shown yet.
      if (shown?.play !== tally.focus) await endList();
      draw();
      await endList();
      screen.update(takeLines(), []);
      if (tally.finished !== undefined) {
        progress.write(formatRecap(tally, { colour: colour.stderr, columns: options.columns(), verbosity }));
      }
      await Promise.all([results.close(), progress.close()]);
    },
  };
}

const tickMs = 100;
/** A tick with more lines than that is cut short, so that a flood stays in small pieces. */
const mostHeldLines = 2_000;
/** The subtasks' indent, the icon and its blank, and one column that stays free: a full line wraps on some terminals. */
const titleIndent = 5;
const groupsToo = ['groups'] as const;

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
