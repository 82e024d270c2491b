import type { Client, ClientChannel } from 'ssh2';
import { err, ok, type Result } from '../../../model/result.ts';
import { onAbort } from '../../../process/on-abort.ts';

export interface ChannelQuestion<Value, Failure> {
  /** Asks the client, which answers by the callback. */
  readonly ask: (
    answer: (error: (Error & { readonly reason?: unknown }) | undefined, channel: ClientChannel) => void,
  ) => void;
  /** Called at once, not after an await: a short command's end may follow in the same packet. */
  readonly use: (channel: ClientChannel) => Value;
  readonly refused: (error: Error & { readonly reason?: unknown }) => Failure;
  readonly tooLate: () => Failure;
  /** The client's connection is gone. */
  readonly lost: () => Failure;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Has a client open a channel; one that comes when nobody waits any more is closed. Throws only the signal's reason. */
export function askForChannel<Value, Failure>(
  client: Client,
  { ask, use, refused, tooLate, lost, limitMs, signal }: ChannelQuestion<Value, Failure>,
): Promise<Result<Value, Failure>> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let isWaiting = true;
    const settle = (how: () => void): void => {
      isWaiting = false;
      clearTimeout(timer);
      client.off('close', onClose);
      forget();
      how();
    };
    const fail = (failure: Failure): void => settle(() => resolve(err(failure)));
    const onClose = (): void => fail(lost());
    const timer = setTimeout(() => fail(tooLate()), limitMs);
    client.once('close', onClose);
    const forget = onAbort(signal, () => settle(() => reject(signal.reason)));
    try {
      ask((error, channel) => {
        if (!isWaiting) channel?.close();
        else if (error) fail(refused(error));
        else settle(() => resolve(ok(use(channel))));
      });
    } catch {
      // ssh2 throws when its socket is closed already.
      onClose();
    }
  });
}
