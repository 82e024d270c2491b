import type { HostName } from '../model/ids.ts';
import { optional } from '../model/optional.ts';
import { err } from '../model/result.ts';
import { createOpensshTransport } from './openssh/openssh-transport.ts';
import type { SshTransportOptions } from './ssh/keys/questions.ts';
import { createSshTransport } from './ssh/ssh-transport.ts';
import type { ConnectFailure, Transport } from './transport.ts';

/** The two clients that speak SSH. */
export interface SshClients {
  /** By choice; where it answers `needs-openssh`, the other one is asked. */
  readonly ssh2: Transport;
  readonly openssh: Transport;
}

/** Connects by ssh2 where that can do what the host wants, and by the system's `ssh` where the inventory asks for it or ssh2 cannot. */
export function createEitherSshTransport(options: SshTransportOptions = {}): Transport {
  const { descriptors, say } = options;
  const openssh = createOpensshTransport(optional('descriptors', descriptors));
  return chooseSshClient({ ssh2: createSshTransport(options), openssh }, say);
}

/** That a host is left to the system's `ssh`, and why, is told to `say` once for each reason, with the first host that it is about. */
export function chooseSshClient(
  { ssh2, openssh }: SshClients,
  say: (text: string) => void = () => undefined,
): Transport {
  const said = new Set<string>();
  const left = new Set<HostName>();
  const tell = (host: HostName, why: string): void => {
    if (said.has(why)) return;
    said.add(why);
    say(`${host} is reached by the system's ssh: ${why} (others like it are not named)`);
  };
  return {
    async connect(host, options) {
      const { connection } = host;
      if (connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      if (connection.client === 'openssh') return openssh.connect(host, options);
      const connected = await ssh2.connect(host, options);
      if (connected.ok || connected.error.kind !== 'needs-openssh') return connected;
      tell(host.name, connected.error.cause);
      left.add(host.name);
      const second = await openssh.connect(host, options);
      return second.ok ? second : err(explain(second.error, connected.error));
    },
    descriptorsFor(host) {
      const isLeft = left.has(host.name) || (host.connection.kind === 'ssh' && host.connection.client === 'openssh');
      return (isLeft ? openssh : ssh2).descriptorsFor?.(host) ?? 0;
    },
  };
}

/** A person who has no `ssh` should hear what it was wanted for. */
function explain(failure: ConnectFailure, { cause: why }: ConnectFailure): ConnectFailure {
  return { ...failure, cause: `${failure.cause} (left to ssh: ${why})` };
}
