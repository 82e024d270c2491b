import { err, ok, type Result } from '../../../model/result.ts';
import type { SshServer } from '../../ssh-config/ssh-server.ts';
import type { ConnectFailure } from '../../transport.ts';
import type { HostKeyJudge } from '../known-hosts/host-key-judge.ts';
import type { KnownHost } from '../known-hosts/read-known-hosts.ts';
import { hostKeyTypes } from './algorithms.ts';
import { endpoint } from './endpoint.ts';
import { borrowBastion, type Handshaking, type OpenClientOptions, shakeHands } from './shake-hands.ts';

/** What a server can show to prove itself: a key of each type that it has. */
export interface ShownKeys {
  readonly keys: readonly Buffer[];
  readonly known: KnownHost;
}

/** Asks for the server's keys, one handshake for each type, and goes no further. Throws only the reason of the signal. */
export async function showHostKeys(
  opening: Handshaking & { readonly judge: HostKeyJudge },
  server: SshServer,
  options: OpenClientOptions,
): Promise<Result<ShownKeys, ConnectFailure>> {
  // Held over all types: to log in to the bastion for each of them may cost a touch of a key each time.
  const bastion = await borrowBastion(opening.bastions, server, options);
  if (!bastion.ok) return bastion;
  try {
    const known = await opening.judge.lookUp(server.hostKeys);
    const keys: Buffer[] = [];
    for (const hostKeyType of hostKeyTypes) {
      const shaken = await shakeHands(opening, server, {
        ...options,
        known,
        credentials: { user: server.user, offers: [] },
        hostKeyType,
        judge: async key => {
          keys.push(key);
          return err({ kind: 'host-key-unknown', cause: 'it was only looked at' });
        },
      });
      // A type that the server has not ends the handshake; what else goes wrong will go wrong again.
      if (!shaken.ok && !['host-key-unknown', 'needs-openssh'].includes(shaken.error.kind)) return shaken;
    }
    const cause = `${endpoint(server)} shows no host key of a type that is known here`;
    return keys.length === 0 ? err({ kind: 'protocol', cause }) : ok({ keys, known });
  } finally {
    await bastion.value?.giveBack();
  }
}
