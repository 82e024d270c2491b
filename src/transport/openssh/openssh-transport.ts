import { optional } from '../../model/optional.ts';
import { ok } from '../../model/result.ts';
import { claimDescriptors } from '../claim-descriptors.ts';
import { retryDropped } from '../retry-dropped.ts';
import type { SshTransportOptions } from '../ssh/keys/questions.ts';
import { stagger } from '../stagger.ts';
import type { Transport } from '../transport.ts';
import { logIn } from './master/log-in.ts';

/** More logins than this at once only make each other slow: each `ssh` is a process, and takes 20 to 130 ms of CPU. */
const loginsAtOnce = 16;

/** Three pipes to an `ssh`, and its control socket. */
const descriptors = 4;

/**
 * Connects by the system's OpenSSH client (7.4 or later), which reads ssh_config, known_hosts and the agent itself: for
 * certificates, FIDO keys, Kerberos, ProxyCommand and whatever else it knows.
 */
export function createOpensshTransport({
  program = 'ssh',
  descriptors: budget,
}: Pick<SshTransportOptions, 'descriptors'> & { readonly program?: string } = {}): Transport {
  const logins = stagger(loginsAtOnce);
  return {
    descriptorsFor: () => descriptors,
    async connect(host, { signal, limits: usual, room }) {
      const { connection } = host;
      if (connection.kind !== 'ssh') throw new Error(`${host.name} is not reached by SSH`);
      signal.throwIfAborted();
      const seconds = connection.limits?.connectSeconds;
      const limits = seconds === undefined ? usual : { ...usual, connect: seconds * 1000 };
      return claimDescriptors(budget, descriptors, { signal, ...optional('room', room) }, () =>
        retryDropped({ signal, limits }, limitMs =>
          logins(async () => {
            signal.throwIfAborted();
            const opened = await logIn(host, { program, settings: connection, signal, limits, limitMs });
            return opened.ok ? ok({ ...opened.value, descriptors }) : opened;
          }),
        ),
      );
    },
  };
}
