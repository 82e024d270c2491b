import { join } from 'node:path';
import type { CanaryKey } from '../../model/ids.ts';
import type { StapExplanation } from '../stap/explain-stap.ts';
import { asObject, readKept, writeKept } from './kept-json.ts';

/** What came of a minimal script, or of a script that was built. */
export type CanaryRecord =
  | { readonly state: 'good' }
  /** It does not compile; why is told without naming the build host. */
  | { readonly state: 'bad'; readonly why: StapExplanation };

/**
 * What is known of SystemTaps and kernels, a file each: `KEY.json`. That one builds holds for as long as the key does;
 * that it does not is believed for a while only: not all that a compiler needs is in the key.
 */
export interface CanaryRecords {
  find(key: CanaryKey): Promise<CanaryRecord | undefined>;
  keep(key: CanaryKey, record: CanaryRecord): Promise<void>;
}

const format = 'tapbook-canary/1';

/** How long a failure is believed, in milliseconds. */
const badForMs = 60 * 60 * 1000;

/** With `failures: 'tried-again'` no failure is believed. */
export function openCanaryRecords(
  directory: string,
  {
    failures = 'believed',
    now = Date.now,
  }: { readonly failures?: 'believed' | 'tried-again'; readonly now?: () => number } = {},
): CanaryRecords {
  const fileOf = (key: CanaryKey): string => join(directory, `${key}.json`);
  return {
    async find(key) {
      const record = readRecord(await readKept(fileOf(key)), now());
      return record?.state === 'bad' && failures === 'tried-again' ? undefined : record;
    },
    keep: (key, record) => writeKept(fileOf(key), { format, at: now(), ...record }),
  };
}

function readRecord(kept: Readonly<Record<string, unknown>> | undefined, nowMs: number): CanaryRecord | undefined {
  if (kept?.['format'] !== format) return undefined;
  if (kept['state'] === 'good') return { state: 'good' };
  const at = kept['at'];
  const isFresh = typeof at === 'number' && at <= nowMs && nowMs - at < badForMs;
  const { cause, cure } = asObject(kept['why']) ?? {};
  if (kept['state'] !== 'bad' || !isFresh || typeof cause !== 'string' || cause === '') return undefined;
  return { state: 'bad', why: typeof cure === 'string' ? { cause, cure } : { cause } };
}
