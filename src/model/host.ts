import { defaultLimits } from './default-limits.ts';
import type { GroupName, HostName } from './ids.ts';
import type { JsonValue } from './json.ts';
import { optional } from './optional.ts';
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

/** How long one waits for a host, in whole seconds; for what is absent, `defaultLimits` of default-limits.ts counts. */
export interface WaitLimits {
  /** `tapbook_connect_timeout`, `ansible_ssh_timeout` and its alias; undefined leaves it to ssh_config first. */
  readonly connectSeconds?: number;
  /** `tapbook_probe_timeout`. */
  readonly probeSeconds?: number;
  /** `tapbook_command_timeout`. */
  readonly commandSeconds?: number;
}

/** Each has its adapter in `transport/adapters.ts`, and its words for `ansible_connection` in `inventory/`. */
export type ConnectionKind = ConnectionSettings['kind'];

/** This machine, without SSH: `ansible_connection: local`. */
export interface LocalConnection {
  readonly kind: 'local';
  readonly become?: Become;
  readonly limits?: WaitLimits;
}

export interface SshConnection {
  readonly kind: 'ssh';
  /** `ansible_connection: openssh` asks for the system's `ssh`; any other word for SSH leaves the choice to tapbook. */
  readonly client: 'any' | 'openssh';
  /** A name or an address, without brackets: `ansible_host`, else the host's name. What `Host` of ssh_config matches. */
  readonly address: string;
  /** `ansible_port`; undefined leaves it to ssh_config, and to 22. */
  readonly port?: number;
  /** `ansible_user`; undefined leaves it to ssh_config, and to the user who runs tapbook. */
  readonly user?: string;
  /** `ansible_ssh_private_key_file`, with a leading `~/` expanded. */
  readonly privateKeyFile?: string;
  /** `tapbook_known_hosts_file`: read in place of ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. */
  readonly knownHostsFile?: string;
  /** `ansible_host_key_checking` and its alias; undefined leaves it to ssh_config. */
  readonly hostKeyChecking?: boolean;
  /** `ansible_password`: for servers that take no key. */
  readonly password?: Secret;
  /** `ansible_ssh_args`, `ansible_ssh_common_args` and `ansible_ssh_extra_args`. */
  readonly args?: SshArguments;
  readonly become?: Become;
  readonly limits?: WaitLimits;
}

/** Arguments for `ssh`, as they were written for Ansible. */
export interface SshArguments {
  /** How many of the words, and of the options, are of `ansible_ssh_args`: they come before the variables. */
  readonly leading?: { readonly words: number; readonly options: number };
  /** As the words of a command line, for the system's `ssh`. */
  readonly words: readonly string[];
  /** What they mean, in their order; as in ssh, of several for the same keyword the first one counts. */
  readonly options: readonly SshOption[];
  /** `-F`, with a leading `~/` expanded: read in place of ~/.ssh/config and /etc/ssh/ssh_config. */
  readonly configFile?: string;
}

/** `-o Keyword=value`, or a letter that stands for one. */
export interface SshOption {
  /** In lower case, as in ssh_config(5); for a letter that stands for no keyword that letter, such as `-L`. */
  readonly keyword: string;
  /** As ssh_config has it, so perhaps several words, and in quotes. */
  readonly value: string;
}

/** How to become another user there: `ansible_become*`. */
export interface Become {
  readonly method: BecomeMethod;
  readonly user: string;
  readonly password?: Secret;
  /** `ansible_become_exe`: the program, where it is not simply the method's name on the PATH. */
  readonly program?: string;
  /** `ansible_become_flags`, as words: they are added to our own. */
  readonly flags?: readonly string[];
}

export type BecomeMethod = 'sudo' | 'su' | 'doas';

/**
 * A host's address and user, which tell it from another host of the same name. Keys and passwords do not count. Saved plans
 * contain it (`schemas/saved-plan.schema.json`), and the kept facts of build hosts are found by it.
 */
export interface ConnectionIdentity {
  readonly kind: ConnectionKind;
  readonly address?: string;
  readonly port?: number;
  readonly user?: string;
  /** The method and the user of become: `sudo root`. */
  readonly become?: string;
}

/** How long a host may take for its probe, in milliseconds. */
export function probeLimitMs({ connection }: Host): number {
  return (connection.limits?.probeSeconds ?? defaultLimits.probeSeconds) * 1000;
}

/** How long a host may take for another command, in milliseconds. */
export function commandLimitMs({ connection }: Host): number {
  return (connection.limits?.commandSeconds ?? defaultLimits.commandSeconds) * 1000;
}

export function identifyConnection(connection: ConnectionSettings): ConnectionIdentity {
  const { become } = connection;
  const becomes = optional('become', become === undefined ? undefined : `${become.method} ${become.user}`);
  if (connection.kind === 'local') return { kind: 'local', ...becomes };
  const { address, port, user } = connection;
  return { kind: 'ssh', address, ...optional('port', port), ...optional('user', user), ...becomes };
}
