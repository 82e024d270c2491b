import { realpath } from 'node:fs/promises';
import { delimiter, isAbsolute } from 'node:path';

/** Names folders, with colons between them, that the user trusts with all that is below them: for CI, and for jobs. */
export const trustVariable = 'TAPBOOK_TRUSTED_FOLDERS';

/** Whether a folder is one of those, or below one. A path that is not absolute counts for none: who could say from where. */
export async function isVouchedFor(folder: string): Promise<boolean> {
  const named = (process.env[trustVariable] ?? '').split(delimiter).filter(path => isAbsolute(path));
  if (named.length === 0) return false;
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return false;
  for (const path of named) {
    const trusted = await realpath(path).catch(() => undefined);
    if (trusted !== undefined && (real === trusted || real.startsWith(trusted === '/' ? '/' : `${trusted}/`)))
      return true;
  }
  return false;
}
