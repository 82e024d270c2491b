import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import type { Algorithms, AnyAuthMethod, AuthHandlerMiddleware, Client, ServerHostKeyAlgorithm } from 'ssh2';
import type { Host, SshConnection } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { ConnectFailure, Connection, ConnectOptions } from '../transport.ts';
import type { Credentials } from './credentials.ts';
import { type ConnectStage, explainConnectError } from './explain-connect-error.ts';
import { judgeServer } from './judge-server.ts';
import type { KnownHost } from './read-known-hosts.ts';
import { wrapClient } from './wrap-client.ts';

export interface OpenOptions extends ConnectOptions {
  readonly ssh2: typeof import('ssh2');
  readonly known: KnownHost;
  readonly credentials: Credentials;
}

/** One attempt at connecting: TCP, handshake, host key, authentication. Ends within the limit for connecting. */
export async function openConnection(
  host: Host,
  settings: SshConnection,
  options: OpenOptions,
): Promise<Result<Connection, ConnectFailure>> {
  const { signal, limits, ssh2, known, credentials } = options;
  signal.throwIfAborted();
  const where = `${settings.address}:${settings.port}`;
  const client = new ssh2.Client();
  const progress: { stage: ConnectStage } = { stage: 'name or address' };
  let hostKey: ConnectFailure | undefined;
  const offered: string[] = [];
  const ended = new AbortController();
  const limit = AbortSignal.any([signal, ended.signal, AbortSignal.timeout(limits.connect)]);

  const socket = connectSocket({ host: settings.address, port: settings.port, noDelay: true });
  socket.once('lookup', () => {
    progress.stage = 'TCP connection';
  });
  socket.once('connect', () => {
    progress.stage = 'SSH handshake';
  });
  client.once('handshake', () => {
    progress.stage = 'authentication';
  });
  try {
    const ready = once(client, 'ready', { signal: limit });
    const closed = once(client, 'close', { signal: limit }).then(() => {
      throw new Error('the connection was closed');
    });
    closed.catch(() => undefined);
    client.connect({
      sock: socket,
      username: credentials.user,
      algorithms: algorithmsFor(known),
      hostVerifier: (key: Buffer) => {
        const verdict = judgeServer(key, settings, known);
        if (!verdict.ok) hostKey = verdict.error;
        return verdict.ok;
      },
      authHandler: offerKeys(credentials, offered),
      // Our own limit is over all of it.
      readyTimeout: 0,
      keepaliveInterval: limits.keepalive,
      keepaliveCountMax: limits.keepaliveCount,
    });
    await Promise.race([ready, closed]);
    return ok(wrapClient(client, host));
  } catch (error) {
    giveUp(client, socket);
    signal.throwIfAborted();
    if (hostKey !== undefined) return err(hostKey);
    if (limit.aborted) {
      return err({
        kind: 'timed-out',
        cause: `${where} did not answer within ${limits.connect / 1000} s (${progress.stage})`,
        cure:
          progress.stage === 'TCP connection'
            ? 'check the network and firewalls'
            : 'sshd there may hang; look at its log',
      });
    }
    return err(explainConnectError(error as Error, where, progress.stage, credentials.user, offered));
  } finally {
    ended.abort();
  }
}

/** Errors that come after we have let go are nobody's. */
function giveUp(client: Client, socket: Socket): void {
  client.on('error', () => undefined);
  socket.on('error', () => undefined);
  client.destroy();
  socket.destroy();
}

/** curve25519 first, AES-GCM for its hardware support, no compression: modules are small and the CPU is shared. */
function algorithmsFor({ lines }: KnownHost): Algorithms {
  // A host known by one type of key must be asked for that type, or it may show another that is not known.
  const known = lines.filter(line => line.marker === 'none').flatMap(line => hostKeyAlgorithms[line.type] ?? []);
  const all = Object.values(hostKeyAlgorithms).flat();
  return {
    serverHostKey: [...new Set([...known, ...all])],
    cipher: {
      append: [],
      prepend: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'],
      remove: [],
    },
    compress: ['none'],
  };
}

const hostKeyAlgorithms: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** Offers the agent's keys and then the files, as ssh does; never a password, never a prompt. */
function offerKeys({ user, keys, agent }: Credentials, offered: string[]): AuthHandlerMiddleware {
  const methods: { readonly name: string; readonly method: AnyAuthMethod }[] = [
    ...(agent === undefined ? [] : [{ name: 'the agent', method: { type: 'agent' as const, username: user, agent } }]),
    ...keys.map(({ path, content }) => ({
      name: `key ${path}`,
      method: { type: 'publickey' as const, username: user, key: content },
    })),
  ];
  return (_methodsLeft, _partialSuccess, next) => {
    const following = methods.shift();
    if (following === undefined) {
      // The types of ssh2 leave out that `false` ends the attempts.
      (next as unknown as (method: false) => void)(false);
      return;
    }
    offered.push(following.name);
    next(following.method);
  };
}
