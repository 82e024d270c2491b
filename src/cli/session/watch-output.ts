import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** What became of standard output; standard error is nobody's concern once nobody can be told of it. */
export interface OutputWatch {
  /** Why something could not be written; undefined where all went well, or its reader has read enough (`| head`) and gone. */
  trouble(): string | undefined;
  /** Lets go of a terminal that has been closed; to be called when nothing more is written. */
  release(): void;
}

/** Without it a pipe that breaks, a full disk or a terminal that closes would end the process in the middle of its work. */
export function watchOutput(): OutputWatch {
  let trouble: string | undefined;
  const terminals = [0, 1, 2].filter(fd => isatty(fd));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isLoss(error)) trouble ??= error.message;
  });
  process.stderr.on('error', () => undefined);
  return {
    trouble: () => trouble,
    release() {
      // node sets terminals back at its end, and aborts with a core dump where one is gone. What is closed it leaves alone.
      for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
    },
  };
}

/** A terminal that was closed: its HUP comes about the same time. */
export function isHangUp({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EIO' && process.stdout.isTTY;
}

/** Whether output is lost that somebody wanted. After an error node refuses the rest, which says nothing new. */
export function isLoss({ code }: NodeJS.ErrnoException): boolean {
  return code !== 'EPIPE' && code !== 'ECONNRESET' && code !== 'ERR_STREAM_DESTROYED';
}
