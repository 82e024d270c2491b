import { optional } from '../../model/optional.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { outOfFilesNow } from '../../process/out-of-files.ts';
import { claimDescriptors, failOutOfFiles } from '../claim-descriptors.ts';
import { retryDropped } from '../retry-dropped.ts';
import { createServerResolver } from '../ssh-config/resolve-server.ts';
import type { SshServer } from '../ssh-config/ssh-server.ts';
import type { Transport } from '../transport.ts';
import { createClientOpener } from './client/open-client.ts';
import { wrapClient } from './client/wrap-client.ts';
import type { SshTransportOptions } from './keys/questions.ts';

/** Connects by ssh2, as ssh_config and the inventory say. What ssh2 cannot do is a failure of kind `needs-openssh`. */
export function createSshTransport(options: SshTransportOptions = {}): Transport {
  const resolve = createServerResolver(options.home);
  const { open } = createClientOpener(options);
  return {
    descriptorsFor: ({ connection }) => (connection.kind === 'ssh' ? descriptorsOf(resolve(connection)) : 0),
    async connect(host, { signal, limits, room, onStage }) {
      if (host.connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      signal.throwIfAborted();
      const server = resolve(host.connection);
      if (!server.ok) return server;
      const connect = server.value.connectMs ?? limits.connect;
      const descriptors = descriptorsOf(server);
      return claimDescriptors(options.descriptors, descriptors, { signal, ...optional('room', room) }, () =>
        retryDropped({ signal, limits: { ...limits, connect } }, async limitMs => {
          const opened = await open(server.value, {
            ...{ signal, limits, limitMs, trustHost: host.name },
            ...optional('onStage', onStage),
          });
          if (!opened.ok) {
            // Names are not found then, and logins are refused for keys that cannot be read.
            const isOut = opened.error.kind === 'out-of-files' ? undefined : outOfFilesNow();
            return isOut === undefined ? opened : err(failOutOfFiles(isOut, host.name));
          }
          return ok({ ...wrapClient(opened.value, host, opened.value.release), descriptors });
        }),
      );
    },
  };
}

/** A socket. A host behind a bastion has a channel of the bastion's, which counts once for all. */
function descriptorsOf(server: Result<SshServer, unknown>): number {
  return server.ok && server.value.jump === undefined ? 1 : 0;
}
