import type { YamlTree } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { GroupName, HostName } from '../../model/ids.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { isMapping } from '../../model/python-scalars.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { readGroupName, readPlainHostName } from './read-host-names.ts';
import type { Where, WrittenEntry, WrittenVariable } from './written-inventory.ts';

/** What an inventory program prints for `--list`. */
export interface InventoryOutput {
  readonly entries: readonly WrittenEntry[];
  /** In the order in which they are named: those whose variables are still to be asked for. */
  readonly hosts: readonly HostName[];
  /** The variables of `_meta`; undefined without it: then the program has to be asked for each host. */
  readonly hostvars: JsonObject | undefined;
}

/**
 * Reads Ansible's form for programs: groups with `hosts`, `vars` and `children`, a group that is only a list of hosts,
 * and a group without any of these keys, which is a host of that name with variables.
 */
export function readInventoryOutput(tree: YamlTree): Result<InventoryOutput, readonly Diagnostic[]> {
  const draft: Draft = { tree, entries: [], hosts: new Set(), errors: [] };
  const { value } = tree;
  if (!isMapping(value)) return err([wrong('an object with groups is expected', [], draft)]);
  let hostvars: JsonObject | undefined;
  for (const [name, group] of tree.entries([], value)) {
    if (name !== '_meta') readGroup(name, group, draft);
    else if (isMapping(group) && group['hostvars'] !== undefined) {
      const found = group['hostvars'];
      if (isMapping(found)) hostvars = found;
      else draft.errors.push(wrong('hostvars is no object with hosts', ['_meta', 'hostvars'], draft));
    }
  }
  if (draft.errors.length > 0) return err(draft.errors);
  return ok({ entries: draft.entries, hosts: [...draft.hosts], hostvars });
}

/** Reads the variables of one host, as entries to be added behind those of the groups. */
export function readHostOutput(
  host: HostName,
  vars: JsonValue,
  tree: YamlTree,
  path: readonly string[],
): Result<readonly WrittenEntry[], Diagnostic> {
  if (!isMapping(vars)) return err(wrong(`the variables of ${host} are no object`, path, { tree }));
  const where = () => tree.place(path, 'key');
  const written = readVariables(vars, path, { tree });
  return ok(written.length === 0 ? [] : [{ kind: 'host', name: host, vars: written, where }]);
}

interface Draft {
  readonly tree: YamlTree;
  readonly entries: WrittenEntry[];
  readonly hosts: Set<HostName>;
  readonly errors: Diagnostic[];
}

type Path = readonly (string | number)[];

const groupKeys = ['hosts', 'vars', 'children'];

function readGroup(written: string, value: JsonValue, draft: Draft): void {
  const where = keyAt([written], draft);
  const name = readGroupName(written, where);
  if (!name.ok) {
    draft.errors.push(name.error);
    return;
  }
  const parts = partsOf(written, value);
  const vars = parts['vars'] ?? {};
  if (!isMapping(vars)) draft.errors.push(wrong('"vars" is no object', [written, 'vars'], draft));
  const owned = isMapping(vars) ? readVariables(vars, vars === value ? [written] : [written, 'vars'], draft) : [];
  draft.entries.push({ kind: 'group', name: name.value, role: 'declares', vars: owned, where });
  const isList = parts['hosts'] === value;
  readHosts(name.value, parts['hosts'] ?? [], isList ? [written] : [written, 'hosts'], draft);
  readChildren(name.value, parts['children'] ?? [], [written, 'children'], draft);
}

function partsOf(name: string, value: JsonValue): JsonObject {
  if (!isMapping(value)) return { hosts: value };
  return groupKeys.some(key => Object.hasOwn(value, key)) ? value : { hosts: [name], vars: value };
}

function readHosts(group: GroupName, hosts: JsonValue, path: Path, draft: Draft): void {
  if (!Array.isArray(hosts)) {
    draft.errors.push(wrong(`the hosts of "${group}" are no list`, path, draft));
    return;
  }
  for (const [index, written] of (hosts as readonly JsonValue[]).entries()) {
    const where = keyAt([...path, index], draft);
    const name = typeof written === 'string' ? readPlainHostName(written, where) : undefined;
    if (name?.ok) {
      draft.hosts.add(name.value);
      draft.entries.push({ kind: 'host', name: name.value, group, vars: [], where });
    } else draft.errors.push(name?.error ?? wrong("a host's name is no text", [...path, index], draft));
  }
}

function readChildren(parent: GroupName, children: JsonValue, path: Path, draft: Draft): void {
  const names = isMapping(children) ? draft.tree.entries(path, children).map(([name]) => name) : children;
  if (!Array.isArray(names)) {
    draft.errors.push(wrong(`the children of "${parent}" are no list`, path, draft));
    return;
  }
  for (const [index, written] of (names as readonly JsonValue[]).entries()) {
    const where = keyAt([...path, index], draft);
    const name = typeof written === 'string' ? readGroupName(written, where) : undefined;
    if (name?.ok) {
      draft.entries.push({ kind: 'group', name: name.value, role: 'declares', vars: [], where });
      draft.entries.push({ kind: 'child', parent, name: name.value, where });
    } else draft.errors.push(name?.error ?? wrong("a child's name is no text", [...path, index], draft));
  }
}

function readVariables(vars: JsonObject, path: Path, { tree }: Pick<Draft, 'tree'>): WrittenVariable[] {
  return Object.entries(vars).map(([name, value]) => ({
    name,
    value,
    where: () => tree.place([...path, name], 'value'),
  }));
}

function keyAt(path: Path, { tree }: Pick<Draft, 'tree'>): Where {
  return () => tree.place(path, 'key');
}

function wrong(message: string, path: Path, { tree }: Pick<Draft, 'tree'>): Diagnostic {
  return { severity: 'error', code: 'invalid-inventory', message, place: tree.place(path, 'value') };
}
