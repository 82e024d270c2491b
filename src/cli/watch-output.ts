/** What became of standard output; standard error is nobody's concern once nobody can be told of it. */
export interface OutputWatch {
  /** Why something could not be written; undefined where all went well, or its reader has read enough (`| head`) and gone. */
  trouble(): string | undefined;
}

/** Without it a pipe that breaks, a full disk or a terminal that closes would end the process in the middle of its work. */
export function watchOutput(): OutputWatch {
  let trouble: string | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isLoss(error)) trouble ??= error.message;
  });
  process.stderr.on('error', () => undefined);
  return { trouble: () => trouble };
}

/** Whether output is lost that somebody wanted. After an error node refuses the rest, which says nothing new. */
export function isLoss({ code }: NodeJS.ErrnoException): boolean {
  return code !== 'EPIPE' && code !== 'ECONNRESET' && code !== 'ERR_STREAM_DESTROYED';
}
