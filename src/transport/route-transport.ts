import type { HostName } from '../model/ids.ts';
import { err } from '../model/result.ts';
import type { ConnectFailure, Transport } from './transport.ts';

export interface Adapters {
  readonly local: Transport;
  /** For SSH by choice; where it answers `needs-openssh`, the next one is asked. */
  readonly ssh: Transport;
  readonly openssh: Transport;
}

/**
 * Sends each host to the adapter for its kind of connection. That a host is left to the system's `ssh`, and why, is told
 * to `say` once for each reason, with the first host that it is about.
 */
export function routeTransport(
  { local, ssh, openssh }: Adapters,
  say: (text: string) => void = () => undefined,
): Transport {
  const said = new Set<string>();
  const tell = (host: HostName, why: string): void => {
    if (said.has(why)) return;
    said.add(why);
    say(`${host} is reached by the system's ssh: ${why} (others like it are not named)`);
  };
  return {
    async connect(host, options) {
      if (host.connection.kind === 'local') return local.connect(host, options);
      if (host.connection.client === 'openssh') return openssh.connect(host, options);
      const connected = await ssh.connect(host, options);
      if (connected.ok || connected.error.kind !== 'needs-openssh') return connected;
      tell(host.name, connected.error.cause);
      const second = await openssh.connect(host, options);
      return second.ok ? second : err(explain(second.error, connected.error));
    },
  };
}

/** Who has no `ssh` should hear what it was wanted for. */
function explain(failure: ConnectFailure, { cause: why }: ConnectFailure): ConnectFailure {
  return { ...failure, cause: `${failure.cause} (left to ssh: ${why})` };
}
