import { printableText } from '../../model/printable-text.ts';
import type { Style } from '../layout/style.ts';
import type { PlayTally } from '../tally/play-tally.ts';
import type { FoldedLine } from './fold-lines.ts';
import type { PlayView } from './play-view.ts';
import { type StageList, startStageList } from './stage-list.ts';
import type { TerminalScreen } from './terminal-screen.ts';

/** Plays on a terminal: one at a time has the list of its stages there, below the lines that stay. */
export interface PlayTurns {
  /** The turn of this play is over, though another may come; the lines so far belong above its list. */
  end(play: PlayTally): void;
  /** Draws what is new. A list ends asynchronously: until that is done, what comes waits, since it belongs below. */
  draw(): void;
  /** Ends all turns. Resolves when nothing more is drawn. */
  close(): Promise<void>;
}

export interface PlayTurnsOptions {
  readonly screen: TerminalScreen;
  readonly style: Style;
  /** The play that has its turn; undefined before the first. */
  readonly focus: () => PlayTally | undefined;
  readonly view: (play: PlayTally) => PlayView;
  /** All lines that came since the last call. */
  readonly takeLines: () => readonly FoldedLine[];
  readonly format: (lines: readonly FoldedLine[]) => readonly string[];
}

export function createPlayTurns({ screen, style, focus, takeLines, format, view }: PlayTurnsOptions): PlayTurns {
  const over: Turn[] = [];
  const viewUnsettled = createSettledFilter(view);
  let shown: { readonly play: PlayTally; readonly list: StageList } | undefined;
  let ending: Promise<void> | undefined;

  const begin = (play: PlayTally) => {
    screen.update([style.bold(`PLAY [${printableText(play.name)}]`)], []);
    return { play, list: startStageList(style) };
  };
  const endTurn = async ({ play, lines }: Turn, unfinished: 'has-failed' | 'goes-on') => {
    const { view, settle } = viewUnsettled(play);
    if (shown === undefined && lines.length === 0 && Object.keys(view).length === 0) return;
    const { list } = shown ?? begin(play);
    list.show(view);
    const frame = await list.end(unfinished);
    screen.update(format(lines), frame);
    screen.keepFrame(frame);
    settle();
    shown = undefined;
  };
  return {
    end(play) {
      over.push({ play, lines: takeLines() });
    },
    draw() {
      if (ending !== undefined) return;
      const turn = over.shift();
      if (turn !== undefined) {
        ending = endTurn(turn, 'goes-on').finally(() => {
          ending = undefined;
        });
        return;
      }
      const play = focus();
      if (play !== undefined) {
        shown ??= begin(play);
        shown.list.show(viewUnsettled(shown.play).view);
      }
      screen.update(format(takeLines()), shown?.list.frame() ?? []);
    },
    async close() {
      await ending;
      for (const turn of over.splice(0)) await endTurn(turn, 'goes-on');
      const play = focus();
      const lines = takeLines();
      if (play === undefined) screen.update(format(lines), []);
      else await endTurn({ play, lines }, 'has-failed');
    },
  };
}

interface Turn {
  readonly play: PlayTally;
  readonly lines: readonly FoldedLine[];
}

/** Stages that were over when a turn ended have been shown for good; the play's next turn is without them. */
function createSettledFilter(viewAll: (play: PlayTally) => PlayView) {
  const settled = new Map<PlayTally, ReadonlySet<string>>();
  return (play: PlayTally): { readonly view: PlayView; readonly settle: () => void } => {
    const before = settled.get(play) ?? new Set();
    const view: PlayView = Object.fromEntries(Object.entries(viewAll(play)).filter(([stage]) => !before.has(stage)));
    return { view, settle: () => settled.set(play, new Set([...before, ...stagesOver(view)])) };
  };
}

function stagesOver(view: PlayView): string[] {
  const over = (['probe', 'build', 'run'] as const).filter(stage => (view[stage]?.state ?? 'running') !== 'running');
  return over.includes('build') ? [...over, 'groups'] : over;
}
