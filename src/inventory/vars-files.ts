import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import pLimit from 'p-limit';
import { readYaml } from '../document/read-yaml.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { GroupName, HostName } from '../model/ids.ts';
import { isJsonObject } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { SourceFile } from '../model/source.ts';
import { explainFileError } from './explain-file-error.ts';
import type { WrittenVariable } from './written-inventory.ts';

/** What `group_vars/` and `host_vars/` of one directory say of the groups and hosts that the inventory names. */
export interface VarsFiles {
  readonly groups: ReadonlyMap<GroupName, readonly WrittenVariable[]>;
  readonly hosts: ReadonlyMap<HostName, readonly WrittenVariable[]>;
}

/**
 * Reads, as Ansible does, for each name the first of `name`, `name.yml`, `name.yaml`, `name.json` that is there; where
 * that is a directory, all such files below it in the order of their names.
 */
export async function readVarsFiles(
  directory: string,
  groups: Iterable<GroupName>,
  hosts: Iterable<HostName>,
  signal: AbortSignal,
): Promise<Result<VarsFiles, readonly Diagnostic[]>> {
  const [ofGroups, ofHosts] = await Promise.all([
    readFolder(join(directory, 'group_vars'), groups, signal),
    readFolder(join(directory, 'host_vars'), hosts, signal),
  ]);
  if (ofGroups.ok && ofHosts.ok) return ok({ groups: ofGroups.value, hosts: ofHosts.value });
  return err([ofGroups, ofHosts].flatMap(result => (result.ok ? [] : result.error)));
}

/** Files open at the same time. */
const atOnce = 16;
const extensions = ['', '.yml', '.yaml', '.json'];

async function readFolder<Name extends string>(
  folder: string,
  names: Iterable<Name>,
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<Name, readonly WrittenVariable[]>, readonly Diagnostic[]>> {
  // One listing in place of a look for four names for each of ten thousand hosts.
  const present = new Set(await list(folder));
  const limit = pLimit(atOnce);
  const jobs: Promise<readonly [Name, Result<readonly WrittenVariable[], readonly Diagnostic[]>]>[] = [];
  for (const name of names) {
    const file = extensions.map(extension => `${name}${extension}`).find(candidate => present.has(candidate));
    if (file === undefined) continue;
    jobs.push(limit(async () => [name, await readVars(join(folder, file), signal)] as const));
  }
  const found = new Map<Name, readonly WrittenVariable[]>();
  const errors: Diagnostic[] = [];
  for (const [name, vars] of await Promise.all(jobs)) {
    if (vars.ok) found.set(name, vars.value);
    else errors.push(...vars.error);
  }
  return errors.length > 0 ? err(errors) : ok(found);
}

async function readVars(
  path: string,
  signal: AbortSignal,
): Promise<Result<readonly WrittenVariable[], readonly Diagnostic[]>> {
  const vars: WrittenVariable[] = [];
  try {
    for (const file of await filesOf(path)) {
      const text = await readFile(file, { encoding: 'utf8', signal });
      const own = readVarsText({ path: file, text });
      if (!own.ok) return own;
      vars.push(...own.value);
    }
  } catch (error) {
    signal.throwIfAborted();
    return err([explainFileError(path, error)]);
  }
  return ok(vars);
}

function readVarsText(source: SourceFile): Result<readonly WrittenVariable[], readonly Diagnostic[]> {
  const wrong = (code: string, message: string, cure: string) => {
    const line = source.text.slice(0, 200).split(/\r?\n/, 1)[0] ?? '';
    const place = { file: source.path, line: 1, column: 1, endColumn: 2, text: line };
    return err([{ severity: 'error' as const, code, message, cure, place }]);
  };
  if (source.text.startsWith('$ANSIBLE_VAULT;')) {
    const message = 'files of ansible-vault are not supported by this version';
    return wrong('unsupported-inventory', message, 'keep variables that tapbook needs in a file of their own');
  }
  const tree = readYaml(source, 'inventory');
  if (!tree.ok) return tree.error.every(({ code }) => code === 'empty-document') ? ok([]) : tree;
  const { value, place } = tree.value;
  if (value === null) return ok([]);
  if (!isJsonObject(value)) return wrong('invalid-inventory', 'variables are expected', 'write them as name: value');
  return ok(Object.entries(value).map(([name, own]) => ({ name, value: own, where: () => place([name], 'value') })));
}

/** The file itself, or the files of a directory; hidden ones, backups and other kinds are left out. */
async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const files: string[] = [];
  for (const name of (await list(path)).sort()) {
    if (name.startsWith('.') || name.endsWith('~')) continue;
    const inside = join(path, name);
    const extension = extname(name);
    const isDirectory = (await stat(inside)).isDirectory();
    if (isDirectory && extension === '') files.push(...(await filesOf(inside)));
    else if (!isDirectory && extensions.includes(extension)) files.push(inside);
  }
  return files;
}

/** No such directory, or a file of that name: nothing in it. */
async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch {
    return [];
  }
}
