import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Admission, Confinement, Namer } from '../../process/confinement.ts';
import { explainFileError } from './explain-file-error.ts';

/** The files that one `-i` stands for. */
export interface ListedSources {
  readonly files: readonly string[];
  /** False if the source itself is not to be read. */
  readonly isRead: boolean;
  /** Those of them that no finding may quote. */
  readonly unquoted: ReadonlySet<string>;
  readonly warnings: readonly Diagnostic[];
  readonly errors: readonly Diagnostic[];
}

/**
 * Lists the files of an inventory. A file, or a list of hosts with commas, stands for itself. A directory stands for all files
 * below it, by name, without those that Ansible ignores: hidden files, `group_vars`, `host_vars`, and certain endings. Among
 * these is `.cfg`; as few people expect that, a warning is given, and another where only new versions of Ansible read a file.
 */
export async function listSources(name: string, { confinement, namer, signal }: ListOptions): Promise<ListedSources> {
  const draft: Draft = { files: [], unquoted: new Set(), warnings: [], errors: [] };
  const kind = await stat(name).catch(() => undefined);
  // A list of hosts is no file.
  const admission = kind === undefined && name.includes(',') ? undefined : confinement.admit(name, namer);
  if (admission !== undefined) noteFindings(admission, draft);
  if (admission?.isRead === false) return { ...draft, isRead: false };
  if (kind?.isDirectory())
    await listDirectory(name, 0, draft, { confinement, signal, root: name, isQuoted: admission?.isQuoted !== false });
  else {
    draft.files.push(name);
    if (admission?.isQuoted === false) draft.unquoted.add(name);
  }
  if (draft.files.length <= mostFiles) return { ...draft, isRead: true };
  return { files: [], unquoted: new Set(), isRead: true, warnings: [], errors: [tooManyFiles(name)] };
}

export interface ListOptions {
  readonly confinement: Confinement;
  /** Who names this source. */
  readonly namer: Namer;
  readonly signal: AbortSignal;
}

const unquoted: Admission = { isRead: true, isQuoted: false, findings: [] };

function noteFindings({ findings }: Admission, { errors, warnings }: Draft): void {
  for (const one of findings) (one.severity === 'error' ? errors : warnings).push(one);
}

interface Draft {
  readonly files: string[];
  readonly unquoted: Set<string>;
  readonly warnings: Diagnostic[];
  readonly errors: Diagnostic[];
}

/** Of one directory, with those below it. More are no inventory: `-i` may name any folder. */
const mostFiles = 10_000;
/** Deeper than this, links form a cycle. */
const deepest = 20;
const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)|~)$/;
/** Programs that make inventories, such as ec2.py, have their settings beside them in an ec2.ini. */
const programs = /\.(?:py|rb|sh|pl)$/;

interface Listing extends Pick<ListOptions, 'confinement' | 'signal'> {
  readonly root: string;
  /** What lies in a folder that is not to be quoted is not to be quoted either. */
  readonly isQuoted: boolean;
}

async function listDirectory(directory: string, depth: number, draft: Draft, listing: Listing): Promise<void> {
  const { confinement, signal, root } = listing;
  signal.throwIfAborted();
  let names: Buffer[];
  try {
    names = await readdir(directory, { encoding: 'buffer' });
  } catch (error) {
    draft.errors.push(explainFileError(directory, error));
    return;
  }
  // Ansible sorts by code points, and the bytes of UTF-8 have the same order.
  const known = names.sort(Buffer.compare).map(bytes => bytes.toString('utf8'));
  const programOf = new Map(
    known.flatMap(name => (programs.test(name) ? [[name.replace(programs, ''), name] as const] : [])),
  );
  for (const name of known) {
    if (draft.files.length > mostFiles) return;
    const path = join(directory, name);
    if (ignored.test(name)) {
      if (/^[^.].*\.cfg$/.test(name)) draft.warnings.push(leftOut(path));
      continue;
    }
    const admission = listing.isQuoted ? confinement.admit(path, { folder: root }) : unquoted;
    noteFindings(admission, draft);
    if (!admission.isRead) continue;
    const kind = await stat(path).catch((error: unknown): Stats | undefined => {
      draft.errors.push(explainFileError(path, error));
      return undefined;
    });
    if (kind?.isDirectory() && depth < deepest)
      await listDirectory(path, depth + 1, draft, { ...listing, isQuoted: admission.isQuoted });
    else if (kind?.isFile()) {
      // The program beside an `.ini` whose settings it holds.
      const program = name.endsWith('.ini') ? programOf.get(name.slice(0, -'.ini'.length)) : undefined;
      if (program !== undefined) draft.warnings.push(leftOutFor(path, program));
      else {
        draft.files.push(path);
        if (!admission.isQuoted) draft.unquoted.add(path);
      }
      if (program === undefined && name.endsWith('.ini')) draft.warnings.push(readByNewOnes(path));
    }
  }
}

function tooManyFiles(directory: string): Diagnostic {
  const message = `"${directory}" cannot be read: there are more than ${mostFiles} files in it`;
  return { severity: 'error', code: 'inventory-unreadable', message, cure: 'is it really an inventory?' };
}

function leftOut(path: string): Diagnostic {
  const message = `${path} is left out: in a directory, Ansible reads no file that ends in .cfg`;
  return { severity: 'warning', code: 'skipped-file', message, cure: `take its ending away, or name it: -i ${path}` };
}

function leftOutFor(path: string, program: string): Diagnostic {
  const message = `${path} is left out: it is taken for the settings of ${program}`;
  return { severity: 'warning', code: 'skipped-file', message, cure: `give it another name, or name it: -i ${path}` };
}

function readByNewOnes(path: string): Diagnostic {
  const message = `${path} is read, as by Ansible from 2.19 on; older ones leave out .ini files in a directory`;
  return {
    severity: 'warning',
    code: 'ini-in-directory',
    message,
    cure: 'take its ending away, and all of them read it',
  };
}
