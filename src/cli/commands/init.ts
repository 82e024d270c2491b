import { lstat, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { formatNextSteps, formatWrittenFile } from '../../report/texts/init-text.ts';
import type { InitOptions } from '../arguments/options/init-options.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { findShipped } from '../find-shipped.ts';
import { ownConsole } from '../own-console.ts';

/**
 * `tapbook init [DIR]`: a repository that passes `tapbook check`: playbook, script, inventory, defaults, a job for CI, and
 * the schemas for editors. Where one of these files is there already nothing is written; with `force` just these are replaced.
 */
export async function init(directory: string, { ci, force }: InitOptions): Promise<ExitCode> {
  const files = await gatherFiles(ci);
  const state = await lookAt(directory, [...files.keys()]);
  if (!state.ok) return refuse(state.error);
  const { there, barred } = state.value;
  if (barred.length > 0) return refuse(barred.map(isNoFile));
  if (there.length > 0 && !force) {
    const cure = '--force replaces these files, and no others; or give another folder';
    return refuse(there.map((path, index) => ({ ...isThere(path), ...(index === there.length - 1 ? { cure } : {}) })));
  }
  for (const [path, text] of files) {
    const file = join(directory, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      // What has come in the meantime is not written over: only what was told.
      if (there.includes(file)) await rm(file);
      await writeFile(file, text, { flag: 'wx' });
    } catch (error) {
      const message = `cannot write ${file}: ${(error as Error).message}`;
      return refuse([{ severity: 'error', code: 'cannot-write', message }]);
    }
    ownConsole.print(formatWrittenFile(file));
  }
  ownConsole.print(formatNextSteps(directory));
  return exitCodes.ok;
}

/** Their texts by their paths; a name that begins with `_` stands for one with a dot, which npm would leave out. */
async function gatherFiles(ci: InitOptions['ci']): Promise<ReadonlyMap<string, string>> {
  const templates = join(await findShipped('templates/init', 'tapbook.yml'), '.');
  const schemas = await findShipped('schemas', 'playbook.schema.json');
  const files = new Map<string, string>();
  const entries = await readdir(templates, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter(one => one.isFile())) {
    const source = join(entry.parentPath, entry.name);
    const path = relative(templates, source).replace(/(^|\/)_/g, '$1.');
    if (path.startsWith('.github') && ci !== 'github' && ci !== 'both') continue;
    if (path.startsWith('.gitlab') && ci !== 'gitlab' && ci !== 'both') continue;
    files.set(path, await readFile(source, 'utf8'));
  }
  for (const name of ['config', 'playbook']) {
    files.set(`schemas/${name}.schema.json`, await readFile(join(schemas, `${name}.schema.json`), 'utf8'));
  }
  return new Map([...files].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Files that are there, and what is no file, or lies behind a link that leads elsewhere: that is never replaced. */
async function lookAt(
  directory: string,
  paths: readonly string[],
): Promise<Result<{ readonly there: readonly string[]; readonly barred: readonly string[] }, readonly Diagnostic[]>> {
  const root = await realpath(directory).catch(() => undefined);
  if (root === undefined) return ok({ there: [], barred: [] });
  const there: string[] = [];
  const barred: string[] = [];
  try {
    for (const path of paths) {
      const file = join(directory, path);
      const folder = await nearest(dirname(file));
      const isOutside = folder !== root && !folder.startsWith(root.endsWith(sep) ? root : root + sep);
      const found = await lstat(file).catch(orMissing);
      if (isOutside || (found !== undefined && !found.isFile())) barred.push(file);
      else if (found !== undefined) there.push(file);
    }
  } catch (error) {
    const message = `cannot look into ${directory}: ${(error as Error).message}`;
    return err([{ severity: 'error', code: 'unreadable-directory', message }]);
  }
  return ok({ there, barred });
}

/** The real path of the folder, or of the first above it that is there. */
async function nearest(folder: string): Promise<string> {
  return (await realpath(folder).catch(orMissing)) ?? nearest(dirname(folder));
}

function orMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function refuse(diagnostics: readonly Diagnostic[]): ExitCode {
  ownConsole.sayDiagnostics(diagnostics, 'text');
  return exitCodes.invalidInput;
}

function isThere(path: string): Diagnostic {
  return { severity: 'error', code: 'file-exists', message: `${path} is there already; nothing was written` };
}

function isNoFile(path: string): Diagnostic {
  const message = `${path} is no file, or lies behind a link out of the folder; nothing was written`;
  return { severity: 'error', code: 'file-exists', message, cure: 'take it away, or give another folder' };
}
