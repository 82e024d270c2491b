import { connect, isIP, type Socket } from 'node:net';
import { err, ok, type Result } from '../../../model/result.ts';
import { onAbort } from '../../../process/on-abort.ts';
import type { ConnectStage } from '../../connect-stage.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure, ConnectOptions } from '../../transport.ts';
import { explainSocketError, timedOut } from './explain-connect-error.ts';
import { writeAtOnce } from './write-at-once.ts';

/** Looks the name up and opens the TCP connection. Throws only the reason of `signal`. */
export function openSocket(
  settings: SshServer,
  { signal, limits, limitMs }: ConnectOptions & { readonly limitMs: number },
): Promise<Result<Socket, ConnectFailure>> {
  const { address: host, port, family, bindAddress: localAddress } = settings;
  return new Promise((resolve, reject) => {
    let stage: ConnectStage = isIP(host) === 0 ? 'looking up the name' : 'TCP connection';
    const socket = connect({
      host,
      port,
      family,
      noDelay: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const settle = (how: () => void): void => {
      clearTimeout(timer);
      forget();
      how();
    };
    const fail = (failure: ConnectFailure): void => {
      socket.destroy();
      settle(() => resolve(err(failure)));
    };
    const stop = (): void => {
      socket.destroy();
      settle(() => reject(signal.reason));
    };
    const timer = setTimeout(() => fail(timedOut(settings, settings.connectMs ?? limits.connect, stage)), limitMs);
    const forget = onAbort(signal, stop);
    socket.once('lookup', () => {
      stage = 'TCP connection';
    });
    // Kept for good: an error while the socket waits for its turn is seen when it is used next, and is no crash.
    socket.on('error', (error: NodeJS.ErrnoException) => fail(explainSocketError(error, settings)));
    socket.once('connect', () => settle(() => resolve(ok(writeAtOnce(socket)))));
    if (signal.aborted) stop();
  });
}
