import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { namePrograms } from '../../inventory/name-programs.ts';
import { type ListOptions, listSources } from '../../inventory/written/list-sources.ts';
import { type Refusal, refuse, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { createConfinement } from '../../process/confinement.ts';
import { expandHome } from '../../process/expand-home.ts';
import {
  formatForgotten,
  formatNewTrust,
  formatTrusted,
  type ListedFolder,
} from '../../report/texts/trust-folder-text.ts';
import { type FoundDefaults, findFolderToTrust } from '../arguments/find-defaults.ts';
import { namedInventories } from '../arguments/named-inventories.ts';
import type { TrustFolderOptions } from '../arguments/options/trust-folder-options.ts';
import { type Defaults, readDefaults } from '../arguments/read-defaults.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { stateDirectory } from '../paths.ts';
import { sayRefusal } from '../say-refusal.ts';
import { describeFolder } from '../session/describe-folder.ts';
import { type TrustedFolder, TrustedFolders } from '../session/trusted-folders.ts';
import { untilStopped } from '../session/until-stopped.ts';

/**
 * `tapbook trust-folder`: keeps that the user trusts a folder, with its tapbook.yml as it is now; lists such folders; or forgets
 * one. Exit 3 where it is open to others, or its tapbook.yml cannot be read.
 */
export function trustFolder(path: string, { list, remove }: TrustFolderOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const folders = new TrustedFolders(stateDirectory());
    const text = list
      ? await listed(folders, stop)
      : remove
        ? await forget(path, folders, stop)
        : await add(path, folders, stop);
    if (!text.ok) return sayRefusal(text.error, 'text');
    ownConsole.print(text.value);
    return exitCodes.ok;
  });
}

async function add(path: string, folders: TrustedFolders, signal: AbortSignal): Promise<Result<string, Refusal>> {
  const kind = await stat(path).catch(() => undefined);
  if (kind === undefined) {
    return err(refuse('invalid-input', { code: 'unreadable-directory', message: `there is no folder ${path}` }));
  }
  const found = await findFolderToTrust(kind.isDirectory() ? path : dirname(path), undefined, signal);
  if (!found.ok) return err(refuseInput([{ ...found.error, severity: 'error' }]));
  const read = readDefaults(found.value.source);
  if (!read.ok) return err(refuseInput(read.error.diagnostics));
  const folder = await describeFolder(found.value);
  const kept = await attempt(() => folders.add(folder));
  if (!kept.ok) return kept;
  const until = found.value.source.text === '' ? 'there is a tapbook.yml' : 'its tapbook.yml changes';
  return ok(formatNewTrust(folder.folder, until, await programsOf(found.value, read.value, signal)));
}

/** Those that it names now. */
async function programsOf(found: FoundDefaults, read: Defaults, signal: AbortSignal): Promise<readonly string[]> {
  const paths = namedInventories(found, read).map(name => expandHome(name));
  const listing: ListOptions = { confinement: createConfinement('read'), namer: { folder: found.folder }, signal };
  const sources = await Promise.all(paths.map(source => listSources(source, listing)));
  return (await namePrograms(sources, undefined)).map(({ what }) => what);
}

async function forget(path: string, folders: TrustedFolders, signal: AbortSignal): Promise<Result<string, Refusal>> {
  const real = await realpath(path).catch(() => resolve(path));
  const own = await folders.find(real);
  const above = own === undefined ? await findFolderToTrust(path, undefined, signal) : undefined;
  const folder = above?.ok ? (await describeFolder(above.value)).folder : real;
  const removed = await attempt(() => folders.remove(folder));
  return removed.ok ? ok(formatForgotten(folder, removed.value ? 'forgotten' : 'was not trusted')) : removed;
}

async function listed(folders: TrustedFolders, signal: AbortSignal): Promise<Result<string, Refusal>> {
  const all = await folders.list();
  return ok(formatTrusted(await Promise.all(all.map(one => lookAt(one, folders, signal)))));
}

async function lookAt({ folder }: TrustedFolder, folders: TrustedFolders, signal: AbortSignal): Promise<ListedFolder> {
  const isThere = await stat(folder).catch(() => undefined);
  if (isThere === undefined) return { folder, state: 'not there' };
  const found = await findFolderToTrust(folder, undefined, signal);
  if (!found.ok) return { folder, state: 'open to others' };
  const state = await folders.stateOf(await describeFolder(found.value));
  return { folder, state: state === 'trusted' ? 'trusted' : 'changed' };
}

async function attempt<Value>(work: () => Promise<Value>): Promise<Result<Value, Refusal>> {
  try {
    return ok(await work());
  } catch (error) {
    const message = `trust is not kept: ${(error as Error).message}`;
    const cure = 'set XDG_STATE_HOME to a folder of your own that can be written to';
    return err(refuse('invalid-input', { code: 'cannot-write', message, cure }));
  }
}
