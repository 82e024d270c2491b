import { readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { readTextFile } from '../document/read-text-file.ts';
import type { Tapset } from '../model/build-options.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import type { Resolving } from './resolving.ts';

/** No user's own tapset is larger. In bytes, for all files of a directory together. */
const largest = 4 * 1024 * 1024;
const mostFiles = 500;
const mostEntries = 10_000;

/**
 * Reads a directory of tapset files, as `stap -I` takes it: every .stp and .stpm file in it and below, since stap looks
 * into folders named after kernels and architectures, too. Problems are reported; undefined then.
 */
export async function readTapset(
  directory: string,
  path: readonly (string | number)[],
  { tree, report, confinement, withhold }: Resolving,
): Promise<Tapset | undefined> {
  const place = tree.place(path, 'value');
  const fail = (code: DiagnosticCode, message: string, cure: string): undefined => {
    report({ severity: 'error', code, message, cure, place });
    return undefined;
  };
  const root = isAbsolute(directory) ? directory : join(dirname(tree.source.path), directory);
  const isAdmitted = (file: string, folder: string): boolean => {
    const { isRead, isQuoted, findings } = confinement.admit(file, { folder, place });
    findings.forEach(report);
    if (!isQuoted) withhold(root);
    return isRead;
  };
  if (!isAdmitted(root, dirname(tree.source.path))) return undefined;
  const listed = await listFiles(root);
  if (typeof listed === 'string') {
    return fail('unreadable-directory', listed, 'name a directory with .stp files, relative to the playbook');
  }
  const { names, links } = listed;
  if (names.length === 0) return fail('empty-tapset', `there is no .stp file in ${root}`, 'take the directory away');
  if (names.length > mostFiles) {
    return fail('too-many-files', `${root} has ${names.length} files`, `at most ${mostFiles} are sent to a build host`);
  }
  const odd = names.find(name => !/^[\w.+/-]+$/.test(name) || /(?:^|\/)-/.test(name));
  if (odd !== undefined) {
    return fail(
      'odd-name',
      `${join(root, odd)} has a name that a build host may not bear`,
      'use letters, digits, . _ -',
    );
  }
  // A folder may be shared, and named openly; where its links lead is another matter.
  if (!links.map(link => isAdmitted(join(root, link), root)).every(Boolean)) return undefined;
  const files: { path: string; text: string }[] = [];
  let left = largest;
  for (const name of names) {
    const text = await readTextFile(join(root, name), left);
    if (!text.ok)
      return fail('unreadable-file', text.error.message, `all files of a tapset have ${largest} bytes at most`);
    left -= Buffer.byteLength(text.value);
    files.push({ path: name, text: text.value });
  }
  return { directory, files };
}

/** Paths below the directory, sorted, and those of links among them; or why there are none. */
async function listFiles(
  root: string,
): Promise<{ readonly names: readonly string[]; readonly links: readonly string[] } | string> {
  const names: string[] = [];
  const links: string[] = [];
  const folders = [''];
  let seen = 0;
  try {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
        const path = join(folder, entry.name);
        seen += 1;
        if (seen > mostEntries) return `${root} has more than ${mostEntries} entries: it is more than a tapset`;
        if (entry.isDirectory()) folders.push(path);
        // stap would go there, and a link may lead anywhere.
        else if (entry.isSymbolicLink() && (await isFolder(join(root, path)))) {
          return `${join(root, path)} is a link to a directory`;
        } else if (/\.stpm?$/.test(entry.name)) {
          names.push(path);
          if (entry.isSymbolicLink()) links.push(path);
        }
      }
    }
    return { names: names.sort(), links: links.sort() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `there is no directory ${root}`;
    return code === 'ENOTDIR' ? `${root} is no directory` : `cannot read ${root}: ${message}`;
  }
}

/** A broken link counts as no folder. */
async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
