import { stat } from 'node:fs/promises';
import { readTextFile } from '../../document/read-text-file.ts';
import type { Notice } from '../../model/event.ts';
import type { Sha256 } from '../../model/ids.ts';
import type { SealedPlan } from '../../plan/saved/saved-plan.ts';
import { digestValue } from '../prepare/seal-plan.ts';

/** More than any playbook or script may have. */
const maxBytes = 16 * 1024 * 1024;

type PlanFiles = Pick<SealedPlan, 'plan' | 'playbook' | 'basis'>;

/** How the files that a plan was made from differ from those on disk. */
export interface DiskDifferences {
  /** The playbook and all scripts. */
  readonly files: readonly string[];
  readonly changed: readonly string[];
  readonly missing: readonly string[];
}

/** Tells which of a plan's files have changed on disk since. For information only: the plan runs as it is. */
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
    // An inline script has the playbook's path, which stands already.
    for (const { source, sha256 } of scripts) {
      if (source.printedBy === undefined && !files.has(source.path)) files.set(source.path, sha256);
    }
  }
  const changed: string[] = [];
  const missing: string[] = [];
  for (const [path, sha256] of files) {
    // A pipe cannot be read again.
    const found = await stat(path).catch(() => undefined);
    const text = found?.isFile() ? await readTextFile(path, maxBytes) : undefined;
    if (!text?.ok) missing.push(path);
    else if (digestValue(text.value) !== sha256) changed.push(path);
  }
  return { files: [...files.keys()], changed, missing };
}
