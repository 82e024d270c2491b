import { canonicalJson } from '../../document/canonical-json.ts';
import type { Sha256 } from '../../model/ids.ts';
import { digest } from '../../module/cache/module-cache.ts';
import type { SavedPlan, SealedPlan } from '../../plan/saved/saved-plan.ts';

/** The digest of a text as it is, of any other value as canonical JSON. */
export function digestValue(value: unknown): Sha256 {
  return digest(Buffer.from(typeof value === 'string' ? value : canonicalJson(value)));
}

/**
 * Puts the digest of a plan behind it. It shows accidents and edits; whoever can write the file can also write it anew,
 * and against them a signature from outside helps, or to give the digest that was approved (`--plan-digest`).
 */
export function sealPlan(plan: SavedPlan): SealedPlan {
  return { ...plan, sha256: digestValue(plan) };
}

export function isSealed({ sha256, ...plan }: Readonly<Record<string, unknown>>): boolean {
  return sha256 === digestValue(plan);
}
