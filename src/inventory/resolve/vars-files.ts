import { type Dirent, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readYaml } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import { isMapping } from '../../model/python-scalars.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import { largestText, readWithinSync } from '../../process/read-within.ts';
import { openVaulted, veilDiagnostic, veilVariable } from '../vault/open-vaulted.ts';
import type { Vault } from '../vault/vault.ts';
import { explainFileError } from '../written/explain-file-error.ts';
import type { WrittenVariable } from '../written/written-inventory.ts';

/** What `group_vars/` and `host_vars/` of one directory say of the groups and hosts that the inventory names. */
export interface VarsFiles {
  readonly groups: ReadonlyMap<GroupName, readonly WrittenVariable[]>;
  readonly hosts: ReadonlyMap<HostName, readonly WrittenVariable[]>;
  /** Of keys that stand twice: the last one counts, as in Ansible, since few variables matter here. */
  readonly warnings: readonly Diagnostic[];
}

export interface VarsOptions {
  readonly vault: Vault | undefined;
  readonly signal: AbortSignal;
}

/** What files say. Where errors are among what was found, the variables do not count. */
interface Variables {
  readonly vars: readonly WrittenVariable[];
  readonly found: readonly Diagnostic[];
}

/**
 * Reads, as Ansible does, for each name the first of `name`, `name.yml`, `name.yaml`, `name.json` that is there; where
 * that is a directory, all such files below it in the order of their names.
 */
export async function readVarsFiles(
  directory: string,
  groups: Iterable<GroupName>,
  hosts: Iterable<HostName>,
  options: VarsOptions,
): Promise<Result<VarsFiles, Faulty<VarsFiles>>> {
  const ofGroups = await readFolder(join(directory, 'group_vars'), groups, options);
  const ofHosts = await readFolder(join(directory, 'host_vars'), hosts, options);
  const found = [...ofGroups.found, ...ofHosts.found];
  const warnings = found.filter(one => !isError(one));
  const files: VarsFiles = { groups: ofGroups.vars, hosts: ofHosts.vars, warnings };
  const diagnostics = found.filter(isError);
  return diagnostics.length > 0 ? err({ diagnostics, rest: files }) : ok(files);
}

/** Small files are read fastest one by one; after so many, other work gets its turn. */
const atOnce = 256;
const extensions = ['', '.yml', '.yaml', '.json'];

async function readFolder<Name extends string>(
  folder: string,
  names: Iterable<Name>,
  { vault, signal }: VarsOptions,
): Promise<{ readonly vars: ReadonlyMap<Name, readonly WrittenVariable[]>; readonly found: readonly Diagnostic[] }> {
  // One listing in place of a look for four names for each of ten thousand hosts.
  const present = new Map(list(folder).map(entry => [entry.name, entry]));
  const vars = new Map<Name, readonly WrittenVariable[]>();
  const found: Diagnostic[] = [];
  if (present.size === 0) return { vars, found };
  let read = 0;
  for (const name of names) {
    const file = extensions.map(extension => `${name}${extension}`).find(candidate => present.has(candidate));
    if (file === undefined) continue;
    const own = readVars(join(folder, file), present.get(file)?.isFile() ? 'file' : 'unknown', vault);
    found.push(...own.found);
    if (!own.found.some(isError)) vars.set(name, own.vars);
    if (++read % atOnce === 0) {
      await setImmediate();
      signal.throwIfAborted();
    }
  }
  return { vars, found };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function readVars(path: string, kind: 'file' | 'unknown', vault: Vault | undefined): Variables {
  const vars: WrittenVariable[] = [];
  const found: Diagnostic[] = [];
  try {
    for (const file of kind === 'file' ? [path] : filesOf(path)) {
      const own = readVarsText({ path: file, text: readWithinSync(file, largestText).toString('utf8') }, vault);
      vars.push(...own.vars);
      found.push(...own.found);
    }
  } catch (error) {
    found.push(explainFileError(path, error));
  }
  return { vars, found };
}

function readVarsText(written: SourceFile, vault: Vault | undefined): Variables {
  const opened = openVaulted(written, vault);
  if (!opened.ok) return { vars: [], found: [opened.error] };
  const { source, isVaulted } = opened.value;
  const read = readMapping(source);
  if (!isVaulted) return read;
  return { vars: read.vars.map(veilVariable), found: read.found.map(veilDiagnostic) };
}

function readMapping(source: SourceFile): Variables {
  const read = readYaml(source, 'inventory', { isReplaced: () => true });
  const found = read.ok ? [] : read.error.diagnostics.filter(({ code }) => code !== 'empty-document');
  const tree = read.ok ? read.value : read.error.rest;
  if (tree === undefined || found.some(isError)) return { vars: [], found };
  const { value, place } = tree;
  // What is empty in any way holds nothing, as in Ansible.
  const isEmpty = Array.isArray(value) ? value.length === 0 : !value;
  if (isEmpty) return { vars: [], found };
  if (isMapping(value)) {
    const vars = Object.entries(value).map(([name, own]) => ({
      name,
      value: own,
      where: () => place([name], 'value'),
    }));
    return { vars, found };
  }
  const line = source.text.slice(0, 200).split(/\r?\n/, 1)[0] ?? '';
  const at = { file: source.path, line: 1, column: 1, endColumn: 2, text: line };
  const cure = 'write them as name: value';
  const message = 'variables are expected';
  return { vars: [], found: [{ severity: 'error', code: 'invalid-inventory', message, cure, place: at }] };
}

/** The file itself, or the files of a directory; hidden ones, backups and other kinds are left out. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files: string[] = [];
  for (const { name } of list(path).sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (name.startsWith('.') || name.endsWith('~')) continue;
    const inside = join(path, name);
    const extension = extname(name);
    const kind = statSync(inside, { throwIfNoEntry: false });
    if (kind?.isDirectory() && extension === '') files.push(...filesOf(inside));
    else if (kind?.isFile() && extensions.includes(extension)) files.push(inside);
  }
  return files;
}

/** No such directory, or a file of that name: nothing in it. */
function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
