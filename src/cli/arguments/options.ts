import type { InventoryRequest, PlaybookRequest, PlaysRequest } from '../../engine/sources/requests.ts';
import type { TableOrder } from '../../model/records.ts';

/** Where vault passwords come from. */
export interface VaultOptions {
  readonly askVaultPass?: boolean;
  readonly vaultPasswordFile?: readonly string[];
  /** `[label@]source`, the source a file or `prompt`. */
  readonly vaultId?: readonly string[];
}

/** How to reach hosts and whom to become there, where the inventory does not say it. */
export interface ConnectionOptions extends VaultOptions {
  /** Host keys that are not known, and passphrases, may be asked about. */
  readonly ask?: boolean;
  readonly user?: string;
  readonly privateKey?: string;
  readonly askPass?: boolean;
  readonly connectionPasswordFile?: string;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: string;
  readonly askBecomePass?: boolean;
  readonly becomePasswordFile?: string;
}

/** The options of every command that reads an inventory, as commander gives them. */
export interface InventoryOptions extends VaultOptions, Omit<InventoryRequest, 'passwords'> {
  readonly format: 'text' | 'json';
}

export interface PlaybookOptions extends InventoryOptions, Omit<PlaybookRequest, 'passwords'> {}

export interface ApplyOptions extends PlaybookOptions, ConnectionOptions, Omit<PlaysRequest, 'passwords'> {
  readonly forks: number;
  /** Nothing that is remembered of build hosts counts. */
  readonly flushCache?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Seconds. */
  readonly buildTimeout?: number;
  /** Seconds. */
  readonly lease?: number;
  /** Of `plan`: where to save it. */
  readonly out?: string;
  /** Seconds: it begins so much later at most. */
  readonly sleep?: number;
  /** Seconds: how long to wait for another run that has the lock. */
  readonly lockWait?: number;
  /** Seconds, for the whole run. */
  readonly timeout?: number;
  /** Refuse what is not as in the commit. */
  readonly requireClean?: boolean;
}

export interface CleanOptions extends InventoryOptions, ConnectionOptions {
  readonly forks: number;
  /** Which hosts to look at. */
  readonly hosts?: string;
  /** Only show. */
  readonly check?: boolean;
  /** Seconds. */
  readonly cacheAge?: number;
}

/** `apply` prints records as CSV, or only the tables, too. */
export interface RunOptions extends Omit<ApplyOptions, 'format'> {
  readonly format: 'text' | 'json' | 'csv' | 'table';
  /** How the tables are sorted, and how many rows each has: they win over the playbook's. */
  readonly sort?: TableOrder;
  readonly top?: number;
  /** False with `--no-prefix`: lines do not say whose they are. */
  readonly prefix?: boolean;
  readonly timestamps?: boolean;
  /** In place of lines: each output once, with who printed it; `diff`: as what differs from the commonest one. */
  readonly fold?: boolean;
  readonly diff?: boolean;
}
