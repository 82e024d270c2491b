import type { GroupName, HostName } from './ids.ts';
import type { JsonValue } from './json.ts';
import type { Secret } from './secret.ts';

/** One host of the inventory, resolved: all inherited variables merged, the connection's settings read out of them. */
export interface Host {
  readonly name: HostName;
  /** Every group it is in, itself or through a child group; sorted; without `all`. */
  readonly groups: readonly GroupName[];
  readonly vars: Readonly<Record<string, JsonValue>>;
  readonly connection: ConnectionSettings;
}

export type ConnectionSettings = LocalConnection | SshConnection;

/** This machine, without SSH: `ansible_connection: local`. */
export interface LocalConnection {
  readonly kind: 'local';
  readonly become?: Become;
}

export interface SshConnection {
  readonly kind: 'ssh';
  /** A name or an address, without brackets: `ansible_host`, else the host's name. */
  readonly address: string;
  /** `ansible_port`; 22 where none is given. */
  readonly port: number;
  /** `ansible_user`; the adapter falls back to the user who runs tapbook. */
  readonly user?: string;
  /** `ansible_ssh_private_key_file`, with a leading `~/` expanded. */
  readonly privateKeyFile?: string;
  /** `tapbook_known_hosts_file`: read in place of ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. */
  readonly knownHostsFile?: string;
  readonly become?: Become;
}

/** How to become another user there: `ansible_become*`. */
export interface Become {
  readonly method: 'sudo';
  readonly user: string;
  readonly password?: Secret;
}
