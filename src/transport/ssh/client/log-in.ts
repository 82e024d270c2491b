import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { optional } from '../../../model/optional.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { onAbort } from '../../../process/on-abort.ts';
import type { ServerIdentity } from '../../become/become.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure, ConnectOptions } from '../../transport.ts';
import type { Credentials } from '../keys/credentials.ts';
import { offerKeys } from '../keys/offer-keys.ts';
import { describeKey } from '../known-hosts/judge-server.ts';
import { passOverHostKeys } from '../known-hosts/pass-over-host-keys.ts';
import type { KnownHost } from '../known-hosts/read-known-hosts.ts';
import { type HostKeyVerdict, verifyHostKey } from '../known-hosts/verify-host-key.ts';
import { algorithmsFor } from './algorithms.ts';
import { type AuthenticationLog, explainLoginError, timedOut } from './explain-connect-error.ts';

export interface LoginOptions extends ConnectOptions {
  readonly ssh2: typeof import('ssh2');
  readonly server: SshServer;
  readonly known: KnownHost;
  readonly credentials: Credentials;
  /** Only a key of this type, as known_hosts writes it. */
  readonly hostKeyType?: string;
  /** Whether the key that the server shows is to be taken; no password is sent to a server that has shown a changed one. */
  readonly judge: (key: Buffer) => Promise<HostKeyVerdict>;
  /** What is left of the limit for connecting, in milliseconds. */
  readonly limitMs: number;
}

/** A client that is ready, and what lies under it. */
export interface LoggedIn {
  readonly client: Client;
  readonly socket: Duplex;
  readonly identity: ServerIdentity;
  /** Type and fingerprint of the key that the server has shown. */
  readonly hostKey?: string;
}

/** Handshake, host key and authentication over an open socket; it is closed if they fail. Throws only an abort. */
export async function logIn(socket: Duplex, options: LoginOptions): Promise<Result<LoggedIn, ConnectFailure>> {
  const client = new options.ssh2.Client();
  // Errors that come when nobody waits any more are nobody's, and no crash.
  client.on('error', () => undefined);
  let hostKey: string | undefined;
  const judge: LoginOptions['judge'] = key => {
    hostKey = describeKey(key);
    return options.judge(key);
  };
  try {
    const ready = await waitUntilReady(client, socket, { ...options, judge });
    if (ready.ok) return ok({ client, socket, identity: ready.value, ...optional('hostKey', hostKey) });
    socket.destroy();
    return ready;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Resolves when the client is ready, to who it is that it has logged in to. */
function waitUntilReady(
  client: Client,
  socket: Duplex,
  { signal, limits, limitMs, server, known, credentials, judge, hostKeyType }: LoginOptions,
): Promise<Result<ServerIdentity, ConnectFailure>> {
  let stage: 'SSH handshake' | 'authentication' = 'SSH handshake';
  let badHostKey: ConnectFailure | undefined;
  let lastError: Error | undefined;
  let said = '';
  let identity: ServerIdentity = 'known';
  const log: AuthenticationLog = { user: credentials.user, offered: [], accepts: [], wantsMore: false };
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const settle = (failure: ConnectFailure | undefined): void => {
      isSettled = true;
      clearTimeout(timer);
      forget();
      resolve(failure === undefined ? ok(identity) : err(failure));
    };
    const stop = (): void => {
      isSettled = true;
      clearTimeout(timer);
      reject(signal.reason);
    };
    const hearVerdict = (verdict: HostKeyVerdict): 'awaited' | 'over' => {
      if (!verdict.ok) badHostKey = verdict.error;
      else if (verdict.value === 'changed') identity = 'changed';
      return isSettled ? 'over' : 'awaited';
    };
    const fail = (): void => settle(badHostKey ?? explainLoginError(lastError, server, stage, log, said));
    const timer = setTimeout(() => settle(timedOut(server, server.connectMs ?? limits.connect, stage)), limitMs);
    const forget = onAbort(signal, stop);
    client.once('handshake', () => {
      passOverHostKeys(client);
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
    // The socket may have closed while it waited for its turn; ssh2 would wait for an end that has been already.
    if (socket.destroyed) return fail();
    client.connect({
      sock: socket as NonNullable<Parameters<Client['connect']>[0]['sock']>,
      username: credentials.user,
      algorithms: algorithmsFor(known, hostKeyType),
      hostVerifier: verifyHostKey(judge, hearVerdict, stop),
      authHandler: offerKeys(credentials, log, () => (identity === 'changed' ? 'keys-only' : 'all')),
      // Our own limit is over all of it.
      readyTimeout: 0,
      keepaliveInterval: server.keepalive?.intervalMs ?? limits.keepalive,
      // With 0, ssh2 would end a connection that is busy as well.
      keepaliveCountMax: Math.max(1, server.keepalive?.count ?? limits.keepaliveCount),
    });
    // ssh2 has paused the socket until it listens itself: nothing is taken away from it here.
    const listen = (chunk: Buffer): void => {
      said += chunk.toString('latin1', 0, 256);
      socket.off('data', listen);
    };
    socket.on('data', listen);
  });
}
