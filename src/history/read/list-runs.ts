import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseRunId, type RunId } from '../../model/ids.ts';
import type { RunEntry, RunHead } from '../../model/run-head.ts';
import { identifyOwnProcess, judgeProcess } from '../locks/process-identity.ts';
import { parseHead, type RunHeadFile } from '../write/run-head-file.ts';
import { bareHead, readOldHead } from './read-old-head.ts';

/** The ids of all runs below a state directory, the newest first; what else lies there is none. */
export function listRunIds(root: string): readonly RunId[] {
  try {
    const ids = readdirSync(join(root, 'runs')).flatMap(name => parseRunId(name) ?? []);
    return ids.sort((left, right) => compareStarts(root, left, right));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The later run first. Runs of the same second are ordered by their folders, since the digits after the time are random. */
function compareStarts(root: string, left: RunId, right: RunId): number {
  if (left.slice(0, secondLength) !== right.slice(0, secondLength)) return left < right ? 1 : -1;
  const born = (id: RunId) => statSync(join(root, 'runs', id), { throwIfNoEntry: false })?.birthtimeMs ?? 0;
  return born(right) - born(left) || (left < right ? 1 : -1);
}

/** Of `20261123T004105Z`. */
const secondLength = 16;

/**
 * Each run, the newest first, read only when it is asked for. Of each one small file is read, and without a thread for
 * each: that is several times as fast for thousands.
 */
export async function* listRuns(root: string): AsyncGenerator<RunEntry> {
  for (const id of listRunIds(root)) yield await readRun(root, id);
}

export async function readRun(root: string, id: RunId): Promise<RunEntry> {
  const directory = join(root, 'runs', id);
  const read = readHead(join(directory, 'run.json'));
  if ('reason' in read) {
    const old = readOldHead(directory, id) ?? (read.isMissing ? bareHead(id) : undefined);
    const { reason } = read;
    return old === undefined ? { id, directory, state: 'unreadable', reason } : { id, directory, ...old };
  }
  const { head } = read;
  const { controller, format: _format, ...told } = head;
  if (told.finished !== undefined) return { id, directory, state: 'finished', head: told };
  if (told.ended !== undefined) return { id, directory, state: 'died', head: told };
  const seen = await judgeProcess(controller, await identifySelf());
  const isOver =
    seen === 'gone' || (seen === 'out-of-sight' && Date.now() - Date.parse(told.started) > longestUnseenMs);
  return { id, directory, state: isOver ? 'died' : 'running', head: told };
}

/** The head of a run, whether it still runs or not; undefined where that cannot be read. */
export function readRunHead(root: string, id: RunId): RunHead | undefined {
  const directory = join(root, 'runs', id);
  const read = readHead(join(directory, 'run.json'));
  return 'reason' in read ? readOldHead(directory, id)?.head : read.head;
}

function readHead(
  path: string,
): { readonly head: RunHeadFile } | { readonly reason: string; readonly isMissing: boolean } {
  try {
    const head = parseHead(readFileSync(path, 'utf8'));
    return head === undefined ? { reason: 'its run.json is damaged', isMissing: false } : { head };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { reason: message, isMissing: code === 'ENOENT' };
  }
}

let own: ReturnType<typeof identifyOwnProcess> | undefined;

function identifySelf(): ReturnType<typeof identifyOwnProcess> {
  own ??= identifyOwnProcess();
  return own;
}

/** How long a run whose process cannot be seen is taken for live. */
const longestUnseenMs = 7 * 86_400_000;
