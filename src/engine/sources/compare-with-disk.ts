import { stat } from 'node:fs/promises';
import { readTextFile } from '../../document/read-text-file.ts';
import type { Notice } from '../../model/event.ts';
import type { Sha256 } from '../../model/ids.ts';
import type { SealedPlan } from '../../plan/saved/saved-plan.ts';
import { digestValue } from '../prepare/seal-plan.ts';

/** In bytes; larger than any playbook or script may be. */
const largest = 16 * 1024 * 1024;

type PlanFiles = Pick<SealedPlan, 'plan' | 'playbook' | 'basis'>;

/** Of a plan's playbook and scripts those that are otherwise on disk by now, and those that are not there. */
export interface DiskDifferences {
  /** All of them. */
  readonly files: readonly string[];
  readonly changed: readonly string[];
  readonly missing: readonly string[];
}

/** What a plan's playbook and scripts are on disk by now. It is said, and changes nothing. */
export async function compareWithDisk(saved: PlanFiles): Promise<readonly Pick<Notice, 'severity' | 'text'>[]> {
  const { changed, missing } = await findDifferences(saved);
  const notices: Pick<Notice, 'severity' | 'text'>[] = [];
  if (changed.length > 0) {
    const text = `changed since the plan was made: ${changed.join(', ')}; what runs is what the plan has`;
    notices.push({ severity: 'warning', text });
  }
  if (missing.length > 0) {
    notices.push({ severity: 'info', text: `not here to compare the plan with: ${missing.join(', ')}` });
  }
  return notices;
}

export async function findDifferences({ plan, playbook, basis }: PlanFiles): Promise<DiskDifferences> {
  const files = new Map<string, Sha256>([[plan.playbook, playbook.sha256]]);
  for (const { scripts } of basis) {
    // An inline script is a part of the playbook.
    for (const { source, sha256 } of scripts) if (!files.has(source.path)) files.set(source.path, sha256);
  }
  const changed: string[] = [];
  const missing: string[] = [];
  for (const [path, sha256] of files) {
    // What was read from a pipe is not there to be read again.
    const found = await stat(path).catch(() => undefined);
    const text = found?.isFile() ? await readTextFile(path, largest) : undefined;
    if (!text?.ok) missing.push(path);
    else if (digestValue(text.value) !== sha256) changed.push(path);
  }
  return { files: [...files.keys()], changed, missing };
}
