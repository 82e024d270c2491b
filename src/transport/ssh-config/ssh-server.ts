import type { Secret } from '../../model/secret.ts';

/** One server to connect to, with all that inventory, arguments and ssh_config say of it. */
export interface SshServer {
  /** A name or an address, without brackets: `HostName`. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Only these families of addresses: 4, 6, or 0 for both. */
  readonly family: 0 | 4 | 6;
  /** The address of ours to connect from. */
  readonly bindAddress?: string;
  /** Those that may be tried, in this order. */
  readonly methods: readonly LoginMethod[];
  readonly keys: KeyChoice;
  readonly hostKeys: HostKeyPolicy;
  readonly password?: Secret;
  /** In milliseconds, where ssh_config says how long. */
  readonly connectMs?: number;
  readonly keepalive?: { readonly intervalMs: number; readonly count: number };
  /** The server through which this one is reached. */
  readonly jump?: SshServer;
}

/** Which keys are offered. */
export interface KeyChoice {
  /** In this order, before all others. */
  readonly files: readonly string[];
  /** Whether somebody has named the files, or they are those that ssh tries by itself. */
  readonly named: 'by-inventory' | 'by-config' | 'by-default';
  /** `only-files` (IdentitiesOnly): of the agent's keys just those that are among the files. */
  readonly agentKeys: 'all' | 'only-files';
  /** The agent's socket; undefined for none. */
  readonly agentSocket?: string;
}

/** The ways to log in that we have (RFC 4252, RFC 4256). */
export type LoginMethod = 'publickey' | 'password' | 'keyboard-interactive';

/** How the server has to prove itself. */
export interface HostKeyPolicy {
  /** Under which it stands in known_hosts: `db1`, or `[db1]:2222`. */
  readonly name: string;
  /** The same without the port, where that is not 22. */
  readonly nameForAnyPort?: string;
  /** The first one is written to. */
  readonly userFiles: readonly string[];
  readonly globalFiles: readonly string[];
  readonly unknown: 'refused' | 'accepted';
  /** `accepted`: StrictHostKeyChecking=no. */
  readonly changed: 'refused' | 'accepted';
  /** How a new entry is written. */
  readonly entries: 'plain' | 'hashed';
}
