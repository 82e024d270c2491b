import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Revision } from './revision.ts';
import { bareRepository, type GitTrouble, runGit } from './run-git.ts';

/** The folder of the working tree in which a file lies, which need not be there any more. */
export async function findRepository(file: string, signal: AbortSignal): Promise<Result<string, Diagnostic>> {
  const folder = dirname(await placeOnDisk(file));
  const found = await runGit(await nearestFolder(folder), ['rev-parse', '--show-toplevel'], { signal });
  const root = found.ok ? found.value.output.toString('utf8').replace(/\n$/, '') : '';
  if (found.ok && root !== '') return ok(root);
  return err(noRepository(folder, found.ok ? { kind: 'refused', says: '' } : found.error));
}

/** Which commit a revision is, as git reads it: `v1.2`, `main~3`, `HEAD@{yesterday}`. One that means two is refused. */
export async function findRevision(
  root: string,
  ref: string,
  signal: AbortSignal,
): Promise<Result<Revision, Diagnostic>> {
  const args = ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`];
  // A NUL cannot be an argument.
  if (ref === '' || ref.includes('\0')) return err(noRevision(root, ref, ''));
  const found = await runGit(root, args, { signal });
  const says = found.ok ? found.value.says : found.error.says;
  if (/\bambiguous\b(?! argument)/.test(says)) return err(ambiguous(root, ref, says));
  if (!found.ok) {
    return err(found.error.kind === 'refused' ? noRevision(root, ref, says) : noAnswer(root, found.error));
  }
  return ok({ ref, commit: found.value.output.toString('utf8').trim(), root });
}

/** A path with the links of its folders followed, as far as it is there: git names files so. A link itself stays one. */
export async function placeOnDisk(path: string): Promise<string> {
  const whole = resolve(path);
  const folder = dirname(whole);
  if (folder === whole) return whole;
  const real = await realpath(folder).catch(() => undefined);
  return join(real ?? (await placeOnDisk(folder)), basename(whole));
}

async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() || dirname(path) === path) return path;
  return nearestFolder(dirname(path));
}

function noRepository(folder: string, trouble: GitTrouble): Diagnostic {
  if (trouble.kind !== 'refused') return noAnswer(folder, trouble);
  if (trouble.says.includes('dubious ownership')) {
    const message = `git does not read the repository at ${folder}: it belongs to another user`;
    const cure = `if you trust it: git config --global --add safe.directory ${folder}`;
    return { severity: 'error', code: 'no-repository', message, cure };
  }
  if (trouble.says === bareRepository) {
    const message = `git is not asked about ${folder}: ${bareRepository}, with programs to run`;
    return { severity: 'error', code: 'no-repository', message, cure: 'see what lies there before you trust it' };
  }
  const message = `${folder} is in no working tree of git`;
  return { severity: 'error', code: 'no-repository', message, cure: 'leave out the revision, or go to the repository' };
}

function noAnswer(folder: string, { kind, says }: GitTrouble): Diagnostic {
  const message = kind === 'absent' ? `git ${says}` : `git does not answer in ${folder}: ${says}`;
  const cure = kind === 'absent' ? 'install git' : undefined;
  return { severity: 'error', code: 'no-git', message, ...(cure === undefined ? {} : { cure }) };
}

function noRevision(root: string, ref: string, says: string): Diagnostic {
  const name = JSON.stringify(ref);
  const isOther = says.includes('expected commit type');
  const message = isOther ? `${name} is no commit in ${root}` : `there is no revision ${name} in ${root}`;
  const cure = 'git log --all --oneline --decorate shows what there is; in a shallow clone, fetch it first';
  return { severity: 'error', code: 'unknown-revision', message, cure };
}

function ambiguous(root: string, ref: string, says: string): Diagnostic {
  const isShort = says.includes('short object ID') || says.includes('short SHA');
  const message = `the revision ${JSON.stringify(ref)} is ambiguous in ${root}`;
  const cure = isShort ? 'write more of its digits' : 'write which is meant: refs/tags/NAME, or refs/heads/NAME';
  return { severity: 'error', code: 'unknown-revision', message, cure };
}
