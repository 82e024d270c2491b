import type { ConnectionKind } from '../model/host.ts';
import { createEitherSshTransport } from './either-ssh-transport.ts';
import { createLocalTransport } from './local/local-transport.ts';
import type { SshTransportOptions } from './ssh/keys/questions.ts';
import type { Transport } from './transport.ts';

/** What makes the adapter for each kind of connection that an inventory can name. */
export const adapters: Readonly<Record<ConnectionKind, (options: SshTransportOptions) => Transport>> = {
  local: createLocalTransport,
  ssh: createEitherSshTransport,
};
