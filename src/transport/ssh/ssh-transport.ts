import { setTimeout as sleep } from 'node:timers/promises';
import { err, type Result } from '../../model/result.ts';
import { createServerResolver } from '../ssh-config/resolve-server.ts';
import type { ConnectFailure, ConnectOptions, Transport } from '../transport.ts';
import { createClientOpener } from './open-client.ts';
import type { SshTransportOptions } from './questions.ts';
import { wrapClient } from './wrap-client.ts';

/** How often a server that hangs up before the handshake (sshd's MaxStartups does) is tried again. */
const retries = 3;

/** Connects by ssh2, as ssh_config and the inventory say. What ssh2 cannot do is a failure of kind `needs-openssh`. */
export function createSshTransport(options: SshTransportOptions = {}): Transport {
  const resolve = createServerResolver();
  const open = createClientOpener(options);
  return {
    async connect(host, { signal, limits }) {
      if (host.connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      signal.throwIfAborted();
      const server = resolve(host.connection);
      if (!server.ok) return server;
      const connect = server.value.connectMs ?? limits.connect;
      return retryDropped({ signal, limits: { ...limits, connect } }, async limitMs => {
        const opened = await open(server.value, { signal, limits, limitMs, trustHost: host.name });
        if (!opened.ok) return opened;
        return { ok: true, value: wrapClient(opened.value, host, opened.value.release) };
      });
    },
  };
}

/** Tries again, with jitter, what was dropped before the handshake, as long as the limit for connecting allows. */
async function retryDropped<Value>(
  { signal, limits }: ConnectOptions,
  attempt: (limitMs: number) => Promise<Result<Value, ConnectFailure>>,
): Promise<Result<Value, ConnectFailure>> {
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
