import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { retryDropped } from '../retry-dropped.ts';
import type { Transport } from '../transport.ts';
import { logIn } from './log-in.ts';

/** More logins than this at once only make each other slow: each `ssh` is a process, and takes 20 to 130 ms of CPU. */
const loginsAtOnce = 16;

/** How long one login may keep others waiting, in milliseconds: a server that is slow costs no time here. */
const turnMs = 1_000;

/**
 * Connects by the system's OpenSSH client (7.4 or later), which reads ssh_config, known_hosts and the agent itself: for
 * certificates, FIDO keys, Kerberos, ProxyCommand and whatever else it knows.
 */
export function createOpensshTransport({ program = 'ssh' }: { readonly program?: string } = {}): Transport {
  const logins = pLimit(loginsAtOnce);
  return {
    async connect(host, { signal, limits }) {
      const { connection } = host;
      if (connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      signal.throwIfAborted();
      return retryDropped({ signal, limits }, async limitMs => {
        const { login } = await logins(async () => {
          signal.throwIfAborted();
          const login = logIn(host, { program, settings: connection, signal, limits, limitMs });
          await Promise.race([login.catch(() => undefined), sleep(turnMs, undefined, { ref: false })]);
          return { login };
        });
        return login;
      });
    },
  };
}
