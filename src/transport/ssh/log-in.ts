import type { Socket } from 'node:net';
import type { Client } from 'ssh2';
import type { Host } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { onAbort } from '../on-abort.ts';
import type { ConnectFailure, Connection, ConnectOptions } from '../transport.ts';
import { algorithmsFor } from './algorithms.ts';
import type { Credentials } from './credentials.ts';
import { type AuthenticationLog, explainLoginError, timedOut } from './explain-connect-error.ts';
import { judgeServer } from './judge-server.ts';
import { offerKeys } from './offer-keys.ts';
import type { KnownHost } from './read-known-hosts.ts';
import type { SshServer } from './ssh-server.ts';
import { wrapClient } from './wrap-client.ts';

export interface LoginOptions extends ConnectOptions {
  readonly ssh2: typeof import('ssh2');
  readonly settings: SshServer;
  readonly known: KnownHost;
  readonly credentials: Credentials;
  /** What is left of the limit for connecting, in milliseconds. */
  readonly limitMs: number;
}

/** Handshake, host key and authentication over an open socket; it is closed if they fail. Throws only an abort. */
export async function logIn(
  host: Host,
  socket: Socket,
  options: LoginOptions,
): Promise<Result<Connection, ConnectFailure>> {
  const client = new options.ssh2.Client();
  // Errors that come when nobody waits any more are nobody's, and no crash.
  client.on('error', () => undefined);
  try {
    const failure = await waitUntilReady(client, socket, options);
    if (failure === undefined) return ok(wrapClient(client, socket, host));
    socket.destroy();
    return err(failure);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Resolves to undefined when the client is ready. */
function waitUntilReady(
  client: Client,
  socket: Socket,
  { signal, limits, limitMs, settings, known, credentials }: LoginOptions,
): Promise<ConnectFailure | undefined> {
  let stage: 'SSH handshake' | 'authentication' = 'SSH handshake';
  let badHostKey: ConnectFailure | undefined;
  let lastError: Error | undefined;
  let said = '';
  const log: AuthenticationLog = { user: credentials.user, offered: [], accepts: [], wantsMore: false };
  return new Promise((resolve, reject) => {
    const settle = (failure: ConnectFailure | undefined): void => {
      clearTimeout(timer);
      forget();
      resolve(failure);
    };
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const fail = (): void => settle(badHostKey ?? explainLoginError(lastError, settings, stage, log, said));
    const timer = setTimeout(() => settle(timedOut(settings, limits.connect, stage)), limitMs);
    const forget = onAbort(signal, stop);
    client.once('handshake', () => {
      stage = 'authentication';
    });
    client.once('ready', () => settle(undefined));
    client.once('close', fail);
    client.on('error', (error: Error & { readonly level?: string }) => {
      // An agent that is not there is passed over: the keys in files come next.
      if (error.level === 'agent') return;
      lastError ??= error;
      fail();
    });
    if (signal.aborted) return stop();
    // It may have gone while it waited for its turn; then ssh2 would wait for an end that was before.
    if (socket.destroyed) return fail();
    client.connect({
      sock: socket,
      username: credentials.user,
      algorithms: algorithmsFor(known),
      hostVerifier: (key: Buffer) => {
        const verdict = judgeServer(key, settings, known);
        if (!verdict.ok) badHostKey = verdict.error;
        return verdict.ok;
      },
      authHandler: offerKeys(credentials, log),
      // Our own limit is over all of it.
      readyTimeout: 0,
      keepaliveInterval: limits.keepalive,
      keepaliveCountMax: limits.keepaliveCount,
    });
    // ssh2 has paused the socket until it listens itself: nothing is taken away from it here.
    const listen = (chunk: Buffer): void => {
      said += chunk.toString('latin1', 0, 256);
      socket.off('data', listen);
    };
    socket.on('data', listen);
  });
}
