import type { Event, OutputLine } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import type { RunTally } from '../tally/run-tally.ts';
import { createLineFolder, type FoldedLine } from './fold-lines.ts';
import type { LineHead } from './host-line.ts';
import { sayGap } from './output-gap.ts';

/** The lines that the terminal has yet to show. Of a flood a part is left out, since nobody can read it. */
export interface TerminalLines {
  /** A line that a script printed. */
  offer(line: OutputLine & Event): void;
  /** What is wrong with a host. */
  tellOf(host: HostName, trouble: string): void;
  /** What concerns no host. */
  tell(text: string): void;
  /** Whether there are so many that they should be shown now, so that a flood stays in small pieces. */
  isLong(): boolean;
  /** All lines that came since the last call, folded, in order. */
  take(): readonly FoldedLine[];
  /** To be called at each tick: then more lines may be shown. */
  allowMore(): void;
  /** Lines of scripts that were left out: because the terminal did not take them, or because there were too many. */
  leftOut(): { readonly unread: number; readonly flooded: number };
}

export interface TerminalLinesOptions {
  readonly tally: RunTally;
  readonly lineHead: LineHead;
  /** Whether the terminal takes nothing any more. */
  readonly isStuck: () => boolean;
}

export function createTerminalLines({ tally, lineHead, isStuck }: TerminalLinesOptions): TerminalLines {
  const folder = createLineFolder();
  const leftOut = { unread: 0, flooded: 0 };
  /** Left out, with nothing said of it yet. */
  let untold = 0;
  /** In UTF-16 units, of the lines that the folder holds. */
  let held = 0;
  /** Lines that may still be shown. */
  let allowance = mostAtOnce;

  const whyLeftOut = () => {
    if (isStuck()) return 'unread';
    // Where no file has it, all of it is shown.
    return allowance === 0 && tally.started?.directory !== undefined ? 'flooded' : undefined;
  };
  const tellGap = () => {
    if (untold > 0) folder.tell(sayGap(untold, tally));
    untold = 0;
  };
  return {
    offer({ host, stream, text, time }) {
      const why = whyLeftOut();
      if (why !== undefined) {
        leftOut[why]++;
        untold++;
        return;
      }
      tellGap();
      held += text.length;
      allowance = Math.max(0, allowance - 1);
      const sign = stream === 'stdout' ? '|' : '!';
      // Lines without their hosts' names, folded into one, would look as if one host had printed it once.
      if (sign === '|' && lineHead.host === 'none') folder.addAlone({ hosts: [host], sign, text, time });
      else folder.add(host, sign, text, time);
    },
    tellOf: (host, trouble) => folder.add(host, ':', trouble),
    tell: text => folder.tell(text),
    isLong: () => folder.size() > mostHeldLines || held > mostHeld,
    take() {
      tellGap();
      held = 0;
      return folder.take();
    },
    allowMore() {
      allowance = Math.min(mostAtOnce, allowance + linesOfTick);
    },
    leftOut: () => leftOut,
  };
}

/** More than the terminals of most people scroll back. */
const mostAtOnce = 20_000;
/** What a flood is shown of, then: 5,000 lines in a second. */
const linesOfTick = 500;
const mostHeldLines = 2_000;
/** The same in UTF-16 units. */
const mostHeld = 256_000;
