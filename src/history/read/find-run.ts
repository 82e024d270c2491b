import { basename, extname, resolve } from 'node:path';
import type { RunId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { listRunIds, readRunHead } from './list-runs.ts';

/** What is wrong with a word that was to name a run. */
export interface NoSuchRun {
  readonly message: string;
  readonly cure: string;
}

/**
 * The run that a word names: its id or the beginning of it that no other has, `last` or `-1` (`-2` is the one before),
 * or `last:PLAYBOOK`, by its path, its file's name, or that without its ending. An `@` before it, as in `--limit`, is no matter.
 */
export function findRun(root: string, given: string): Result<RunId, NoSuchRun> {
  const word = given.replace(/^@/, '');
  const ids = listRunIds(root);
  if (ids.length === 0) return refuse('there are no runs yet', `they are kept in ${root}/runs`);
  const back = word === 'last' ? 1 : /^-[1-9]\d{0,5}$/.test(word) ? Number(word.slice(1)) : undefined;
  if (back !== undefined) {
    const id = ids[back - 1];
    return id === undefined
      ? refuse(ids.length === 1 ? 'there is only one run' : `there are only ${ids.length} runs`, seeAll)
      : ok(id);
  }
  if (word.startsWith('last:')) return findLastOf(root, ids, word.slice('last:'.length));
  const meant = word === '' ? [] : ids.filter(id => id.startsWith(word));
  const [first, ...others] = meant;
  if (first === undefined) return refuse(`no run ${JSON.stringify(word)}`, seeAll);
  if (others.length === 0) return ok(first);
  return refuse(`${meant.length} runs begin with ${word}`, `the newest is ${first}; ${seeAll}`);
}

/** Whether a run's playbook is meant by this name. */
export function isPlaybook(head: { readonly playbook: string; readonly playbookFile: string }, name: string): boolean {
  const file = basename(head.playbookFile);
  return [head.playbook, file, basename(file, extname(file))].includes(name) || head.playbookFile === resolve(name);
}

const seeAll = '`tapbook runs` lists them';

function findLastOf(root: string, ids: readonly RunId[], playbook: string): Result<RunId, NoSuchRun> {
  const found = ids.find(id => {
    const head = readRunHead(root, id);
    return head !== undefined && isPlaybook(head, playbook);
  });
  if (found !== undefined) return ok(found);
  return refuse(`no run of a playbook ${JSON.stringify(playbook)}`, seeAll);
}

function refuse(message: string, cure: string): Result<never, NoSuchRun> {
  return err({ message, cure });
}
