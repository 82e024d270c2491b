import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readYaml } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import { isJsonObject } from '../../model/json.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import { openVaulted, veilDiagnostic, veilVariable } from '../vault/open-vaulted.ts';
import type { Vault } from '../vault/vault.ts';
import { explainFileError } from '../written/explain-file-error.ts';
import type { WrittenVariable } from '../written/written-inventory.ts';

/** What `group_vars/` and `host_vars/` of one directory say of the groups and hosts that the inventory names. */
export interface VarsFiles {
  readonly groups: ReadonlyMap<GroupName, readonly WrittenVariable[]>;
  readonly hosts: ReadonlyMap<HostName, readonly WrittenVariable[]>;
}

export interface VarsOptions {
  readonly vault: Vault | undefined;
  readonly signal: AbortSignal;
}

type Variables = Result<readonly WrittenVariable[], readonly Diagnostic[]>;

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
  const files: VarsFiles = { groups: ofGroups.vars, hosts: ofHosts.vars };
  const diagnostics = [...ofGroups.errors, ...ofHosts.errors];
  return diagnostics.length > 0 ? err({ diagnostics, rest: files }) : ok(files);
}

/** Small files are read fastest one by one; after so many, other work gets its turn. */
const atOnce = 256;
const extensions = ['', '.yml', '.yaml', '.json'];

async function readFolder<Name extends string>(
  folder: string,
  names: Iterable<Name>,
  { vault, signal }: VarsOptions,
): Promise<{ readonly vars: ReadonlyMap<Name, readonly WrittenVariable[]>; readonly errors: readonly Diagnostic[] }> {
  // One listing in place of a look for four names for each of ten thousand hosts.
  const present = new Map(list(folder).map(entry => [entry.name, entry]));
  const found = new Map<Name, readonly WrittenVariable[]>();
  const errors: Diagnostic[] = [];
  if (present.size === 0) return { vars: found, errors };
  let read = 0;
  for (const name of names) {
    const file = extensions.map(extension => `${name}${extension}`).find(candidate => present.has(candidate));
    if (file === undefined) continue;
    const vars = readVars(join(folder, file), present.get(file)?.isFile() ? 'file' : 'unknown', vault);
    if (vars.ok) found.set(name, vars.value);
    else errors.push(...vars.error);
    if (++read % atOnce === 0) {
      await setImmediate();
      signal.throwIfAborted();
    }
  }
  return { vars: found, errors };
}

function readVars(path: string, kind: 'file' | 'unknown', vault: Vault | undefined): Variables {
  const vars: WrittenVariable[] = [];
  const errors: Diagnostic[] = [];
  try {
    for (const file of kind === 'file' ? [path] : filesOf(path)) {
      const own = readVarsText({ path: file, text: readFileSync(file, 'utf8') }, vault);
      if (own.ok) vars.push(...own.value);
      else errors.push(...own.error);
    }
  } catch (error) {
    errors.push(explainFileError(path, error));
  }
  return errors.length > 0 ? err(errors) : ok(vars);
}

function readVarsText(written: SourceFile, vault: Vault | undefined): Variables {
  const opened = openVaulted(written, vault);
  if (!opened.ok) return err([opened.error]);
  const { source, isVaulted } = opened.value;
  const vars = readMapping(source);
  if (!isVaulted) return vars;
  return vars.ok ? ok(vars.value.map(veilVariable)) : err(vars.error.map(veilDiagnostic));
}

function readMapping(source: SourceFile): Variables {
  const tree = readYaml(source, 'inventory');
  if (!tree.ok) {
    const { diagnostics } = tree.error;
    return diagnostics.every(({ code }) => code === 'empty-document') ? ok([]) : err(diagnostics);
  }
  const { value, place } = tree.value;
  // What is empty in any way holds nothing, as in Ansible.
  const isEmpty = Array.isArray(value) ? value.length === 0 : !value;
  if (isEmpty) return ok([]);
  if (isJsonObject(value)) {
    return ok(Object.entries(value).map(([name, own]) => ({ name, value: own, where: () => place([name], 'value') })));
  }
  const line = source.text.slice(0, 200).split(/\r?\n/, 1)[0] ?? '';
  const at = { file: source.path, line: 1, column: 1, endColumn: 2, text: line };
  const cure = 'write them as name: value';
  return err([{ severity: 'error', code: 'invalid-inventory', message: 'variables are expected', cure, place: at }]);
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
