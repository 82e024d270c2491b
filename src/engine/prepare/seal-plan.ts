import { canonicalJson } from '../../document/canonical-json.ts';
import type { Sha256 } from '../../model/ids.ts';
import { digest } from '../../module/cache/digest.ts';
import type { SavedPlan, SealedPlan } from '../../plan/saved/saved-plan.ts';

/** SHA-256 of a text as it is, of any other value as canonical JSON. */
export function digestValue(value: unknown): Sha256 {
  return digest(Buffer.from(typeof value === 'string' ? value : canonicalJson(value)));
}

/**
 * Adds a plan's own digest. It shows accidents and edits, but not deliberate changes: whoever can write the file can seal
 * it again. Against that, sign the file, or give the approved digest with `--plan-digest`.
 */
export function sealPlan(plan: SavedPlan): SealedPlan {
  return { ...plan, sha256: digestValue(plan) };
}

export function isSealed({ sha256, ...plan }: Readonly<Record<string, unknown>>): boolean {
  return sha256 === digestValue(plan);
}
