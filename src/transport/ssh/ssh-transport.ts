import { optional } from '../../model/optional.ts';
import { retryDropped } from '../retry-dropped.ts';
import { createServerResolver } from '../ssh-config/resolve-server.ts';
import type { Transport } from '../transport.ts';
import { createClientOpener } from './client/open-client.ts';
import { wrapClient } from './client/wrap-client.ts';
import type { SshTransportOptions } from './keys/questions.ts';

/** Connects by ssh2, as ssh_config and the inventory say. What ssh2 cannot do is a failure of kind `needs-openssh`. */
export function createSshTransport(options: SshTransportOptions = {}): Transport {
  const resolve = createServerResolver(options.home);
  const { open } = createClientOpener(options);
  return {
    async connect(host, { signal, limits, onStage }) {
      if (host.connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      signal.throwIfAborted();
      const server = resolve(host.connection);
      if (!server.ok) return server;
      const connect = server.value.connectMs ?? limits.connect;
      return retryDropped({ signal, limits: { ...limits, connect } }, async limitMs => {
        const opened = await open(server.value, {
          ...{ signal, limits, limitMs, trustHost: host.name },
          ...optional('onStage', onStage),
        });
        if (!opened.ok) return opened;
        return { ok: true, value: wrapClient(opened.value, host, opened.value.release) };
      });
    },
  };
}
