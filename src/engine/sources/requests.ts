import type { Vault } from '../../inventory/vault/vault.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { OnDrift } from '../../model/drift.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ProgramTrust } from '../../model/program-trust.ts';
import type { Result } from '../../model/result.ts';
import type { Namer } from '../../process/confinement.ts';

/** Which hosts are meant, and their variables from outside of the inventory. */
export interface InventoryRequest {
  /** Files, programs, directories of these, or host lists such as `a,b,`. */
  readonly inventory?: readonly string[];
  /** Patterns; a host has to match each of them. */
  readonly limit?: readonly string[];
  /** As `-e` takes them: `name=value`, a mapping, or `@file`; a later one wins. */
  readonly extraVars?: readonly string[];
  /** Refuses files outside of the repository of what names them. */
  readonly confine?: boolean;
  /** Who names each of `inventory`, where the user does not. */
  readonly inventoryNamers?: readonly Namer[];
  /** Leaves out files that only plugins of Ansible can read, in place of refusing them. */
  readonly skipPluginSources?: true;
  readonly passwords: PasswordSource;
  /** Where the user has not named the inventory themselves: who decides on the programs that it is, or names. */
  readonly trust?: ProgramTrust;
}

/** Which plays of a playbook, and as of when. */
export interface PlaybookRequest extends InventoryRequest {
  /** A git revision: playbook, scripts, inventory and variables are read as they were then. */
  readonly ref?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtScript?: string;
  /** A host's name. */
  readonly startAt?: string;
  /** Runs the commands of `expand`. Without it no program of the playbook is run, and what they would print is unknown. */
  readonly expand?: boolean;
  /** Where the user has not asked for that: who decides on these commands. Asked about those that are only to be run later, too. */
  readonly expandTrust?: ProgramTrust;
  /** For a saved plan: who decides on the programs that its own inventories are, or name. Without it they are run. */
  readonly planTrust?: ProgramTrust;
}

/** Plays of a playbook, or of a saved plan. */
export interface PlaysRequest extends PlaybookRequest {
  /** For a saved plan: overrides its plays' `on_drift`. */
  readonly onDrift?: OnDrift;
  /** Seconds. */
  readonly maxPlanAge?: number;
  /** The beginning of the digest that a saved plan must have. */
  readonly planDigest?: string;
}

/** Reads passwords, or asks for them, once however often it is called. Throws only the reason of the signal. */
export type PasswordSource = (signal: AbortSignal) => Promise<Result<Passwords, readonly Diagnostic[]>>;

export interface Passwords {
  /** Undefined without a vault password. */
  readonly vault: Vault | undefined;
  /** Options as Ansible's variables. The inventory overrides them. */
  readonly connectionDefaults: JsonObject;
}

/** For inventories without vaulted values, and hosts that need no password. */
export const noPasswords: PasswordSource = async () => ({
  ok: true,
  value: { vault: undefined, connectionDefaults: {} },
});
