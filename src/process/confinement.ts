import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { optional } from '../model/optional.ts';
import type { Place } from '../model/source.ts';
import { ownHome } from './own-account.ts';

/**
 * Which files may be read, and which may be quoted: handed to all who read what a playbook or an inventory names. What lies outside of
 * the git repository of what names it (without one, outside of its folder) is none of the text that somebody wants to look at: a
 * playbook of a stranger could have any line of any file of this user printed.
 */
export interface Confinement {
  /** Judges a path. Links are followed: the real path decides. */
  admit(path: string, namer: Namer): Admission;
  /** The same where the files of this folder belong together, and what lies outside of it does not. */
  around(folder: string): Confinement;
}

/** Who names a path: the user, on the command line, or a file of this folder, at a place if one is known. */
export type Namer = 'user' | { readonly folder: string; readonly place?: Place };

export interface Admission {
  readonly isRead: boolean;
  readonly isQuoted: boolean;
  /** Why it is not read; or, of a file that is read, that a link hides where it lies. */
  readonly findings: readonly Diagnostic[];
}

/** What is done with files outside: with `--confine` they are refused; else they are read, but never quoted. */
export type OutsideFiles = 'refused' | 'read';

export function createConfinement(outsideFiles: OutsideFiles, folders: readonly string[] = []): Confinement {
  const roots = new Map<string, string>();
  const strays = new Map<string, Outside | undefined>();
  const rootOf = (folder: string): string => {
    const known = roots.get(folder) ?? findRoot(folder, folders);
    roots.set(folder, known);
    return known;
  };
  const judge = (path: string, namer: Namer): Outside | undefined => {
    if (namer === 'user') return judgeGiven(path, 'file', rootOf);
    // Where a link leads out to a folder, what lies there beside each other lies outside all the same.
    const strayed = strays.has(namer.folder) ? strays.get(namer.folder) : judgeGiven(namer.folder, 'folder', rootOf);
    strays.set(namer.folder, strayed);
    if (strayed !== undefined) return { real: realNearest(path), root: strayed.root, way: 'by-a-link' };
    return judgeNamed(path, namer.folder, rootOf);
  };
  return {
    admit(path, namer) {
      const outside = judge(path, namer);
      if (outside === undefined) return inside;
      const place = namer === 'user' ? undefined : namer.place;
      if (outsideFiles === 'refused')
        return { isRead: false, isQuoted: false, findings: [refuse(path, outside, place)] };
      const findings = outside.way === 'openly' ? [] : [tell(path, outside, place)];
      return { isRead: true, isQuoted: false, findings };
    },
    around: folder => createConfinement(outsideFiles, [...folders, realNearest(folder)]),
  };
}

const inside: Admission = { isRead: true, isQuoted: true, findings: [] };

interface Outside {
  /** Where the path leads. */
  readonly real: string;
  readonly root: string;
  /** A path that says itself where it leads, or one that looks as if it lay inside. */
  readonly way: 'openly' | 'by-a-link';
}

function judgeNamed(path: string, folder: string, rootOf: (folder: string) => string): Outside | undefined {
  const realFolder = realNearest(folder);
  const root = rootOf(realFolder);
  const real = realNearest(path);
  if (isWithin(root, real)) return undefined;
  const written = isAbsolute(path) ? path : resolve(realFolder, relative(folder, path));
  return { real, root, way: isWithin(root, written) ? 'by-a-link' : 'openly' };
}

/**
 * What a user names is theirs to choose, wherever it lies. But the names in a working tree are those of whoever wrote it: a link in it
 * must not lead out of it. Without a repository, the last link must not leave its folder, nor one below this folder leave this folder.
 */
function judgeGiven(path: string, kind: 'file' | 'folder', rootOf: (folder: string) => string): Outside | undefined {
  if (/^\/(?:dev|proc)\//.test(path)) return undefined;
  const here = isAbsolute(path) ? undefined : realNearest('.');
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  let at = here ?? '/';
  for (const [index, part] of parts.entries()) {
    const next = part === '..' ? dirname(at) : join(at, part);
    if (lstatSync(next, { throwIfNoEntry: false })?.isSymbolicLink() !== true) {
      at = next;
      continue;
    }
    const real = realNearest(next);
    const root = rootOf(at);
    const isRepository = existsSync(join(root, '.git'));
    const isLast = kind === 'file' && index === parts.length - 1;
    const bound = isRepository || isLast ? root : here !== undefined && isWithin(here, at) ? here : undefined;
    if (bound !== undefined && !isWithin(bound, real)) {
      return { real: join(real, ...parts.slice(index + 1)), root: bound, way: 'by-a-link' };
    }
    at = real;
  }
  return undefined;
}

/**
 * The working tree in which a folder lies, or else the folder itself. A home or a whole machine that is kept in git is no repository of
 * playbooks.
 */
function findRoot(folder: string, folders: readonly string[]): string {
  const home = realNearest(ownHome());
  for (let at = folder; ; at = dirname(at)) {
    if (folders.includes(at)) return at;
    if (dirname(at) === at || at === home) return folder;
    if (existsSync(join(at, '.git'))) return at;
  }
}

/** What git keeps of its own may hold passwords of remotes. */
function isWithin(root: string, path: string): boolean {
  const below = relative(root, path);
  if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return false;
  return !below.split(sep).some(part => part.toLowerCase() === '.git');
}

/** Without links, as far as the path is there. */
function realNearest(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(realNearest(parent), relative(parent, whole));
  }
}

function refuse(path: string, { real, root }: Outside, place: Place | undefined): Diagnostic {
  const message = `${path} is not read: ${path === real ? 'it lies' : `it leads to ${real},`} ${where(real, root)}`;
  const cure = 'copy it into there; or give --no-confine, if you trust whoever wrote this';
  return { severity: 'error', code: 'outside-file', message, cure, ...optional('place', place) };
}

function tell(path: string, { real, root }: Outside, place: Place | undefined): Diagnostic {
  const message = `${path} is a link that leads to ${real}, ${where(real, root)}`;
  const cure = 'it is read, but not quoted; --confine refuses it';
  return { severity: 'warning', code: 'outside-file', message, cure, ...optional('place', place) };
}

function where(real: string, root: string): string {
  return real.startsWith(`${root}${sep}`) ? `in what git keeps for itself in ${root}` : `outside of ${root}`;
}
