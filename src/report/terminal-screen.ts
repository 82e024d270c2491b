import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from './display-width.ts';
import type { StreamWriter } from './stream-writer.ts';

/** A terminal with lines that stay and scroll away, and a frame below them that changes in place. */
export interface TerminalScreen {
  /** Puts lines above the frame, and the frame as it now is; nothing is written if nothing changes. */
  update(
    lines: { readonly stdout: readonly string[]; readonly stderr: readonly string[] },
    frame: readonly string[],
  ): void;
  /** The frame becomes lines that stay; the next one is drawn below. */
  keepFrame(frame: readonly string[]): void;
}

export interface ScreenOptions {
  readonly stdout: StreamWriter;
  /** Where the frame is drawn. */
  readonly stderr: StreamWriter;
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
  const draw = (frame: readonly string[]) => frame.map(line => `${line}\n`).join('');

  return {
    update({ stdout, stderr }, wanted) {
      const frame = wanted.slice(0, Math.max(0, options.rows() - 1));
      const unchanged = frame.length === drawn.length && frame.every((line, index) => line === drawn[index]);
      if (unchanged && stdout.length === 0 && stderr.length === 0) return;
      const above = draw(stderr);
      if (stdout.length === 0) {
        options.stderr.write(`${erase()}${above}${draw(frame)}`);
      } else {
        options.stderr.write(erase());
        options.stdout.write(draw(stdout));
        options.stderr.write(`${above}${draw(frame)}`);
      }
      drawn = frame;
    },
    keepFrame(frame) {
      options.stderr.write(`${erase()}${draw(frame)}`);
      drawn = [];
    },
  };
}

function visibleWidth(line: string): number {
  return displayWidth(stripVTControlCharacters(line));
}
