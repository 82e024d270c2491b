import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { err, type Result } from '../../model/result.ts';
import type { ConnectFailure, Connection, ConnectOptions, Transport } from '../transport.ts';
import { readCredentials } from './credentials.ts';
import { openConnection } from './open-connection.ts';
import { createKnownHostsReader } from './read-known-hosts.ts';

/** More handshakes than this at once only make each other slow: they are CPU time on this side. */
const handshakesAtOnce = 32;

/** How often a server that hangs up before the handshake (sshd's MaxStartups does) is tried again. */
const retries = 3;

/** Connects by ssh2. A host key that known_hosts does not have is refused. */
export function createSshTransport(): Transport {
  const limit = pLimit(handshakesAtOnce);
  const readKnownHosts = createKnownHostsReader();
  return {
    async connect(host, options) {
      if (host.connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      const { connection } = host;
      // Loaded here, so that commands which need no SSH do not pay for it.
      const { default: ssh2 } = await import('ssh2');
      const [known, credentials] = await Promise.all([readKnownHosts(connection), readCredentials(connection, ssh2)]);
      if (!credentials.ok) return credentials;
      const attempt = (): Promise<Result<Connection, ConnectFailure>> =>
        limit(() => openConnection(host, connection, { ...options, ssh2, known, credentials: credentials.value }));
      return retryDropped(attempt, options);
    },
  };
}

async function retryDropped(
  attempt: () => Promise<Result<Connection, ConnectFailure>>,
  { signal, limits }: ConnectOptions,
): Promise<Result<Connection, ConnectFailure>> {
  const deadline = performance.now() + limits.connect;
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    const result = await attempt();
    if (result.ok || result.error.kind !== 'dropped' || tries === retries) return result;
    const pause = (200 << tries) * (0.5 + Math.random());
    if (performance.now() + pause > deadline) return err(result.error);
    await sleep(pause, undefined, { signal });
  }
}
