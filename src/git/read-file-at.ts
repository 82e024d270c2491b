import { ok, type Result } from '../model/result.ts';
import type { Revision } from './revision.ts';
import { type GitTrouble, runGit } from './run-git.ts';

/** The text of one file of a revision, by its path below the root; undefined where there is none. */
export async function readFileAt(
  { root, commit }: Revision,
  path: string,
  signal: AbortSignal,
): Promise<Result<string | undefined, GitTrouble>> {
  const found = await runGit(root, ['cat-file', 'blob', `${commit}:${path}`], { signal });
  if (found.ok) return ok(found.value.output.toString('utf8'));
  return found.error.kind === 'refused' ? ok(undefined) : found;
}
