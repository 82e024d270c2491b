import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../layout/display-width.ts';

/** A terminal with lines that stay and scroll away, and a frame below them that changes in place. */
export interface TerminalScreen {
  /** Puts lines above the frame, and the frame as it now is; nothing is written if nothing changes. */
  update(lines: readonly string[], frame: readonly string[]): void;
  /** The frame becomes lines that stay; the next one is drawn below. */
  keepFrame(frame: readonly string[]): void;
}

export interface ScreenOptions {
  /** Each update is one write, so that nobody sees a screen without its frame. */
  write(text: string): void;
  columns(): number;
  rows(): number;
}

/**
 * The cursor rests at the start of the line below the frame, so that whatever else is printed, by `sudo` or by a shell
 * after a crash, does no harm. Frame lines must not be wider than the terminal.
 */
export function createTerminalScreen(options: ScreenOptions): TerminalScreen {
  let drawn: readonly string[] = [];

  const erase = () => {
    if (drawn.length === 0) return '';
    // A window that became narrower has wrapped what was drawn.
    const columns = Math.max(1, options.columns());
    const height = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleWidth(line) / columns)), 0);
    return `\r\x1b[${Math.min(height, Math.max(1, options.rows() - 1))}A\x1b[0J`;
  };
  const draw = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('');

  return {
    update(lines, wanted) {
      const frame = wanted.slice(0, Math.max(0, options.rows() - 1));
      const unchanged = frame.length === drawn.length && frame.every((line, index) => line === drawn[index]);
      if (unchanged && lines.length === 0) return;
      options.write(`${erase()}${draw(lines)}${draw(frame)}`);
      drawn = frame;
    },
    keepFrame(frame) {
      options.write(`${erase()}${draw(frame)}`);
      drawn = [];
    },
  };
}

function visibleWidth(line: string): number {
  return displayWidth(stripVTControlCharacters(line));
}
