import { err, ok, type Result } from '../model/result.ts';
import { type GitOptions, type GitTrouble, runGit } from './run-git.ts';

/** A file that is not as in the commit, by its path below the repository's root. */
export interface ChangedFile {
  readonly path: string;
  /** Git leaves it out on purpose (`.gitignore`). */
  readonly isIgnored: boolean;
}

/**
 * Which of these files and folders of a working tree are not as committed. Git compares contents as they are after the filters that the
 * user's own configuration has (Git LFS); programs that only the repository's own configuration names are not run, and a file that
 * would need one counts as changed where git has to read it.
 */
export async function readStatus(
  root: string,
  files: readonly string[],
  options: GitOptions,
): Promise<Result<readonly ChangedFile[], GitTrouble>> {
  const filters = await overrideFilters(root, options);
  if (!filters.ok) return filters;
  const asked = [
    ...['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignored=matching'],
    // To look into a submodule, git would run itself there, with that configuration.
    '--ignore-submodules=dirty',
  ];
  const found = await runGit(root, [...filters.value, ...asked, '--', ...files], options);
  if (!found.ok) return found;
  const lines = found.value.output.toString('utf8').split('\0').filter(Boolean);
  return ok(lines.map(line => ({ path: line.slice(3), isIgnored: line.startsWith('!!') })));
}

/** Options of git that give each part of a filter that the repository sets the value that the user has for it, or none. */
async function overrideFilters(root: string, options: GitOptions): Promise<Result<readonly string[], GitTrouble>> {
  const listed = await runGit(root, ['config', '--list', '--show-scope', '--includes', '-z'], options);
  if (!listed.ok) return listed;
  const entries = readEntries(listed.value.output.toString('utf8')).filter(({ key }) => /^filter\.[\s\S]+\./.test(key));
  const isUsers = ({ scope }: ConfigEntry): boolean => ['system', 'global', 'command'].includes(scope);
  const keys = new Set(entries.filter(one => !isUsers(one)).map(({ key }) => key));
  // `-c KEY=VALUE` ends its key at the first of them.
  const odd = [...keys].find(key => key.includes('='));
  if (odd !== undefined)
    return err({ kind: 'refused', says: `its configuration has a filter with "=" in its name: ${odd}` });
  return ok(
    [...keys].flatMap(key => {
      const value = entries.findLast(one => isUsers(one) && one.key === key)?.value;
      return ['-c', `${key}=${value ?? (key.endsWith('.required') ? 'false' : '')}`];
    }),
  );
}

interface ConfigEntry {
  /** `system`, `global`, `command`: the user's; `local` and `worktree`: the repository's. */
  readonly scope: string;
  /** Its first and its last part are in lower case. */
  readonly key: string;
  readonly value: string | undefined;
}

/** `SCOPE NUL KEY NEWLINE VALUE NUL`, without the newline where there is no value. A key has no newline in it. */
function readEntries(listed: string): readonly ConfigEntry[] {
  const fields = listed.split('\0');
  return Array.from({ length: Math.floor(fields.length / 2) }, (_, at) => {
    const [, key = '', value] = /^([^\n]*)(?:\n([\s\S]*))?$/.exec(fields[2 * at + 1] ?? '') ?? [];
    return { scope: fields[2 * at] ?? '', key, value };
  });
}
