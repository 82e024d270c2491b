import type { Vault } from '../../inventory/vault/vault.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { OnDrift } from '../../model/drift.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Result } from '../../model/result.ts';

/** Which hosts are meant, and what is said of them besides the inventory. */
export interface InventoryRequest {
  /** Files, programs, directories of these, or host lists such as `a,b,`. */
  readonly inventory?: readonly string[];
  /** Patterns; a host has to match each of them. */
  readonly limit?: readonly string[];
  /** As `-e` takes them: `name=value`, a mapping, or `@file`; a later one wins. */
  readonly extraVars?: readonly string[];
  readonly passwords: PasswordSource;
}

/** Which plays of a playbook, and as of when. */
export interface PlaybookRequest extends InventoryRequest {
  /** A revision of git: playbook, scripts, inventory and variables are read as they were there. */
  readonly ref?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtScript?: string;
  /** A host's name. */
  readonly startAt?: string;
}

/** The same for what may also be a saved plan. */
export interface PlaysRequest extends PlaybookRequest {
  /** For a saved plan, in place of what its plays say. */
  readonly onDrift?: OnDrift;
  /** Seconds. */
  readonly maxPlanAge?: number;
  /** How the digest of a saved plan has to begin. */
  readonly planDigest?: string;
}

/** Reads passwords, or asks for them: once, however often it is called. Throws only the reason of the signal. */
export type PasswordSource = (signal: AbortSignal) => Promise<Result<Passwords, readonly Diagnostic[]>>;

export interface Passwords {
  /** Undefined where no vault password was given. */
  readonly vault: Vault | undefined;
  /** Ansible's variables that the options stand for. Weaker than all that the inventory says. */
  readonly connectionDefaults: JsonObject;
}

/** For inventories without anything that is vaulted, and hosts that need no password. */
export const noPasswords: PasswordSource = async () => ({
  ok: true,
  value: { vault: undefined, connectionDefaults: {} },
});
