import { join } from 'node:path';
import type { CanaryKey } from '../../model/ids.ts';
import type { StapExplanation } from '../stap/stap-explanation.ts';
import { asObject, readKept, writeKept } from './kept-json.ts';

/** The result of a canary, or of a script that was built. */
export type CanaryRecord =
  | { readonly state: 'good' }
  /** It does not compile; `why` does not name the build host. */
  | { readonly state: 'bad'; readonly why: StapExplanation };

/**
 * Results of canaries, one file each: `KEY.json`. A success is valid for as long as the key is. A failure expires, since the
 * key does not cover all that a compiler needs.
 */
export interface CanaryRecords {
  find(key: CanaryKey): Promise<CanaryRecord | undefined>;
  keep(key: CanaryKey, record: CanaryRecord): Promise<void>;
}

const format = 'tapbook-canary/1';

/** How long a failure is valid. */
const badForMs = 60 * 60 * 1000;

/** `failures: 'tried-again'` ignores recorded failures. */
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
