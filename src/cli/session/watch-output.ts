import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Errors of standard output. Those of standard error are ignored: there is no place left to report them. */
export interface OutputWatch {
  /** Why something could not be written; undefined if all went well, or if the reader closed the pipe (`| head`). */
  trouble(): string | undefined;
  /** Closes the streams of a terminal that is gone. To be called when nothing more is written. */
  release(): void;
}

/** Otherwise a broken pipe, a full disk or a closed terminal would end the process in the middle of its work. */
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
      // When node exits it resets terminals, and aborts with a core dump if one is gone. It leaves closed ones alone.
      for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
    },
  };
}

/** Whether the terminal was closed. A HUP comes at about the same time. */
export function isHangUp({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EIO' && process.stdout.isTTY;
}

/** Whether wanted output is lost. After an error node refuses all further writes; those errors say nothing new. */
export function isLoss({ code }: NodeJS.ErrnoException): boolean {
  return code !== 'EPIPE' && code !== 'ECONNRESET' && code !== 'ERR_STREAM_DESTROYED';
}
