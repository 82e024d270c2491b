import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { readStatus } from '../../git/read-status.ts';
import { runGit } from '../../git/run-git.ts';
import { optional } from '../../model/optional.ts';
import type { RepositoryState } from '../../model/provenance.ts';

/** What git knows of the files that a run is made of. */
export interface Provenance {
  readonly repositories: readonly RepositoryState[];
  /** The files that are in no repository; without git, all of them. */
  readonly outside: readonly string[];
}

/**
 * Asks git about files and folders, and the `group_vars` and `host_vars` beside them. Never fails: files of which git
 * cannot tell within its time limit count as outside. Throws only the reason of `signal`.
 */
export async function readProvenance(paths: readonly string[], signal: AbortSignal): Promise<Provenance> {
  const files = new Set<string>();
  for (const given of new Set(paths)) {
    // git reports paths without symbolic links. A list of hosts, `a,b,`, is not a file.
    const path = await realpath(resolve(given)).catch(() => undefined);
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || found === undefined) continue;
    files.add(path);
    for (const beside of ['group_vars', 'host_vars']) {
      const folder = join(found.isDirectory() ? path : dirname(path), beside);
      if ((await stat(folder).catch(() => undefined))?.isDirectory()) files.add(folder);
    }
  }
  const roots = new Map<string, Promise<string | undefined>>();
  const ofRoot = new Map<string, string[]>();
  const outside: string[] = [];
  for (const file of files) {
    const folder = (await stat(file).catch(() => undefined))?.isDirectory() ? file : dirname(file);
    const asking = roots.get(folder) ?? askGit(folder, ['rev-parse', '--show-toplevel'], signal);
    roots.set(folder, asking);
    const root = (await asking)?.replace(/\n$/, '');
    if (root === undefined || root === '') outside.push(file);
    else ofRoot.set(root, [...(ofRoot.get(root) ?? []), file]);
  }
  const repositories: RepositoryState[] = [];
  for (const [root, own] of ofRoot) {
    const state = await readRepository(root, own, signal);
    if (state === undefined) outside.push(...own);
    else repositories.push(state);
  }
  signal.throwIfAborted();
  return { repositories, outside };
}

async function readRepository(
  root: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<RepositoryState | undefined> {
  const [commit, branch, status] = await Promise.all([
    askGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], signal),
    askGit(root, ['symbolic-ref', '--quiet', '--short', 'HEAD'], signal),
    readStatus(root, files, { signal }),
  ]);
  if (!status.ok) return undefined;
  const named = new Set(files.map(file => relative(root, file)));
  // Ignored files beside an inventory do not count, but an ignored playbook does: it is not in the commit.
  const dirty = status.value.filter(({ path, isIgnored }) => !isIgnored || named.has(path)).map(({ path }) => path);
  return {
    root,
    ...optional('commit', commit?.trim()),
    ...optional('branch', branch?.trim()),
    dirty: dirty.slice(0, mostNamed),
    dirtyCount: dirty.length,
  };
}

const mostNamed = 20;

/** git's standard output; undefined where it fails, cannot be run, or takes too long. */
async function askGit(folder: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const ran = await runGit(folder, args, { signal });
  return ran.ok ? ran.value.output.toString('utf8') : undefined;
}
