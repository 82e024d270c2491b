import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { err, type Result } from '../../model/result.ts';
import type { ConnectFailure, Connection, ConnectOptions, Transport } from '../transport.ts';
import { createCredentialsReader } from './credentials.ts';
import { logIn } from './log-in.ts';
import { openSocket } from './open-socket.ts';
import { createKnownHostsReader } from './read-known-hosts.ts';

/** More handshakes than this at once only make each other slow: they are CPU time on this side. */
const handshakesAtOnce = 32;

/** How long one handshake may keep others waiting, in milliseconds: a server that is slow costs no time here. */
const turnMs = 1_000;

/** How often a server that hangs up before the handshake (sshd's MaxStartups does) is tried again. */
const retries = 3;

/** Connects by ssh2. A host key that known_hosts does not have is refused. */
export function createSshTransport(): Transport {
  const handshakes = pLimit(handshakesAtOnce);
  const readKnownHosts = createKnownHostsReader();
  const readCredentials = createCredentialsReader();
  return {
    async connect(host, { signal, limits }) {
      if (host.connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      const connection = { ...host.connection, port: host.connection.port ?? 22 };
      signal.throwIfAborted();
      // Loaded here, so that commands which need no SSH do not pay for it.
      const { default: ssh2 } = await import('ssh2');
      const [known, credentials] = await Promise.all([readKnownHosts(connection), readCredentials(connection, ssh2)]);
      if (!credentials.ok) return credentials;
      return retryDropped({ signal, limits }, async limitMs => {
        const start = performance.now();
        // Outside the limit on handshakes: hosts that are dead wait here, and must not keep the others waiting.
        const socket = await openSocket(connection, { signal, limitMs, limits });
        if (!socket.ok) return socket;
        const left = limitMs - (performance.now() - start);
        const { login } = await handshakes(async () => {
          const login = logIn(host, socket.value, {
            ...{ ssh2, settings: connection, known, credentials: credentials.value },
            ...{ signal, limits, limitMs: left },
          });
          await Promise.race([login.catch(() => undefined), sleep(turnMs, undefined, { ref: false })]);
          return { login };
        });
        return login;
      });
    },
  };
}

/** Tries again, with jitter, what was dropped before the handshake, as long as the limit for connecting allows. */
async function retryDropped(
  { signal, limits }: ConnectOptions,
  attempt: (limitMs: number) => Promise<Result<Connection, ConnectFailure>>,
): Promise<Result<Connection, ConnectFailure>> {
  let left = limits.connect;
  for (let tries = 0; ; tries++) {
    const start = performance.now();
    const result = await attempt(left);
    if (result.ok || result.error.kind !== 'dropped' || tries === retries) return result;
    const pause = (200 << tries) * (0.5 + Math.random());
    left -= performance.now() - start + pause;
    if (left <= 0) return err(result.error);
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
