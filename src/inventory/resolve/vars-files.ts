import { type Dirent, readdirSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readYaml } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { isMapping } from '../../model/python-scalars.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import type { Admission, Confinement } from '../../process/confinement.ts';
import { largestText, readWithinSync } from '../../process/read-within.ts';
import { openVaulted, veilDiagnostic, veilVariable } from '../vault/open-vaulted.ts';
import type { Vault } from '../vault/vault.ts';
import { explainFileError } from '../written/explain-file-error.ts';
import type { WrittenVariable } from '../written/written-inventory.ts';

/** What `group_vars/` and `host_vars/` of one directory say of the groups and hosts that the inventory names. */
export interface VarsFiles {
  readonly groups: ReadonlyMap<GroupName, readonly WrittenVariable[]>;
  readonly hosts: ReadonlyMap<HostName, readonly WrittenVariable[]>;
  /** Whether some come from files that no finding may quote. */
  readonly hasUnquoted: boolean;
  /** Of keys that stand twice: the last one counts, as in Ansible, since few variables matter here. */
  readonly warnings: readonly Diagnostic[];
}

export interface VarsOptions {
  readonly vault: Vault | undefined;
  readonly signal: AbortSignal;
  readonly confinement: Confinement;
  /** Whether findings may quote what lies in this directory. */
  readonly quoting: Quoting;
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
  const hasUnquoted = ofGroups.hasUnquoted || ofHosts.hasUnquoted;
  const files: VarsFiles = { groups: ofGroups.vars, hosts: ofHosts.vars, hasUnquoted, warnings };
  const diagnostics = found.filter(isError);
  return diagnostics.length > 0 ? err({ diagnostics, rest: files }) : ok(files);
}

/** Small files are read fastest one by one; after so many, other work gets its turn. */
const atOnce = 256;
const extensions = ['', '.yml', '.yaml', '.json'];

interface FolderReading<Name> {
  readonly vars: ReadonlyMap<Name, readonly WrittenVariable[]>;
  readonly hasUnquoted: boolean;
  readonly found: readonly Diagnostic[];
}

async function readFolder<Name extends string>(
  folder: string,
  names: Iterable<Name>,
  options: VarsOptions,
): Promise<FolderReading<Name>> {
  const vars = new Map<Name, readonly WrittenVariable[]>();
  const whole = options.confinement.admit(folder, { folder: dirname(folder) });
  const found = [...whole.findings];
  // One listing in place of a look for four names for each of ten thousand hosts.
  const present = new Map(whole.isRead ? list(folder).map(entry => [entry.name, entry]) : []);
  let hasUnquoted = false;
  if (present.size === 0) return { vars, hasUnquoted, found };
  let read = 0;
  for (const name of names) {
    const file = extensions.map(extension => `${name}${extension}`).find(candidate => present.has(candidate));
    if (file === undefined) continue;
    const kind = present.get(file)?.isFile() ? 'file' : 'unknown';
    const own = readVars(join(folder, file), kind, whole.isQuoted ? options.quoting : 'unquoted', options);
    found.push(...own.found);
    hasUnquoted ||= own.hasUnquoted;
    if (!own.found.some(isError)) vars.set(name, own.vars);
    if (++read % atOnce === 0) {
      await setImmediate();
      options.signal.throwIfAborted();
    }
  }
  return { vars, hasUnquoted, found };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function readVars(
  path: string,
  kind: 'file' | 'unknown',
  quoting: Quoting,
  { vault, confinement }: VarsOptions,
): Variables & { readonly hasUnquoted: boolean } {
  const vars: WrittenVariable[] = [];
  const found: Diagnostic[] = [];
  let hasUnquoted = false;
  try {
    const admit: Admit = file => {
      const admission = confinement.admit(file, { folder: dirname(dirname(path)) });
      found.push(...admission.findings);
      return admission;
    };
    // A plain file lies in its folder; a link may lead elsewhere.
    for (const file of kind === 'file' ? [{ path, quoting }] : filesOf(path, quoting, admit)) {
      const text = readWithinSync(file.path, largestText).toString('utf8');
      const isUnquoted = file.quoting === 'unquoted';
      const own = readVarsText({ path: file.path, text, ...(isUnquoted ? { unquoted: true } : {}) }, vault);
      hasUnquoted ||= isUnquoted;
      vars.push(...own.vars);
      found.push(...own.found);
    }
  } catch (error) {
    found.push(explainFileError(path, error));
  }
  return { vars, hasUnquoted, found };
}

/** Whether findings may quote a file, as far as its folder decides that. */
type Quoting = 'quoted' | 'unquoted';

type Admit = (path: string) => Pick<Admission, 'isRead' | 'isQuoted'>;

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
  const at = {
    file: source.path,
    line: 1,
    column: 1,
    endColumn: 2,
    text: line,
    ...optional('unquoted', source.unquoted),
  };
  const cure = 'write them as name: value';
  const message = 'variables are expected';
  return { vars: [], found: [{ severity: 'error', code: 'invalid-inventory', message, cure, place: at }] };
}

/** The file itself, or the files of a directory; hidden ones, backups and other kinds are left out, and what is not to be read. */
function filesOf(path: string, above: Quoting, admit: Admit): { readonly path: string; readonly quoting: Quoting }[] {
  const { isRead, isQuoted } = above === 'quoted' ? admit(path) : { isRead: true, isQuoted: false };
  const quoting = isQuoted ? 'quoted' : 'unquoted';
  if (!isRead) return [];
  if (!statSync(path).isDirectory()) return [{ path, quoting }];
  return list(path)
    .map(({ name }) => name)
    .filter(name => !name.startsWith('.') && !name.endsWith('~'))
    .sort((left, right) => (left < right ? -1 : 1))
    .flatMap(name => {
      const inside = join(path, name);
      const extension = extname(name);
      const kind = statSync(inside, { throwIfNoEntry: false });
      const isWanted = kind?.isDirectory() ? extension === '' : kind?.isFile() && extensions.includes(extension);
      return isWanted ? filesOf(inside, quoting, admit) : [];
    });
}

/** No such directory, or a file of that name: nothing in it. */
function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
