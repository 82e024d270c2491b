import type { YamlTree } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { GroupName } from '../../model/ids.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { isMapping, scalarText } from '../../model/python-scalars.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { readGroupName, readHostNames } from './read-host-names.ts';
import type { Where, WrittenEntry, WrittenInventory, WrittenVariable } from './written-inventory.ts';

/**
 * Reads Ansible's YAML form: groups at the top, each with `hosts`, `vars` and `children`, children being groups again.
 * As in Ansible, a text may stand for a mapping with one key. Anything that is no group or no known key gets a warning.
 */
export function readYamlInventory(tree: YamlTree): Result<WrittenInventory, Faulty<WrittenInventory>> {
  const draft: Draft = { tree, entries: [], errors: [], warnings: [] };
  if (!isMapping(tree.value)) {
    const cure = 'write the groups as keys, such as all:, each with hosts:, vars: or children:';
    const message = `groups are expected, not ${kindOf(tree.value)}`;
    return err({ diagnostics: [problem('error', 'invalid-inventory', message, whole(tree), cure)] });
  }
  if (tree.value['plugin']) {
    const where = () => tree.place(['plugin'], 'key');
    const plugin = typeof tree.value['plugin'] === 'string' ? ` ${tree.value['plugin']}` : '';
    const message = `${tree.source.path} configures the inventory plugin${plugin} of Ansible`;
    return err({ diagnostics: [problem('error', 'unsupported-inventory', message, where)] });
  }
  for (const [name, value] of tree.entries([], tree.value)) readGroup(name, value, [name], draft);
  const written: WrittenInventory = { source: tree.source, entries: draft.entries, warnings: draft.warnings };
  return draft.errors.length > 0 ? err({ diagnostics: draft.errors, rest: written }) : ok(written);
}

interface Draft {
  readonly tree: YamlTree;
  readonly entries: WrittenEntry[];
  readonly errors: Diagnostic[];
  readonly warnings: Diagnostic[];
}

type Path = readonly string[];

const groupKeys = ['hosts', 'vars', 'children'];

function readGroup(written: string, value: JsonValue, path: Path, draft: Draft): GroupName | undefined {
  const where = keyAt(path, draft);
  if (value !== null && !isMapping(value)) {
    const cure = 'write hosts: below it, and each host as a key';
    const message = `"${written}" is ${kindOf(value)}, not a group, and is left out`;
    draft.warnings.push(problem('warning', 'skipped-group', message, where, cure));
    return undefined;
  }
  const name = readGroupName(written, where);
  if (!name.ok) {
    draft.errors.push(name.error);
    return undefined;
  }
  const vars: WrittenVariable[] = [];
  draft.entries.push({ kind: 'group', name: name.value, role: 'declares', vars, where });
  for (const [key, content] of draft.tree.entries(path, value ?? {})) {
    const section = readSection(key, content, [...path, key], draft);
    if (section === undefined) continue;
    const inside = [...path, key];
    if (key === 'vars') vars.push(...readVariables(section, inside, draft));
    else if (key === 'hosts') readHosts(section, name.value, inside, draft);
    else readChildren(section, name.value, inside, draft);
  }
  return name.value;
}

/** The mapping below one of the three keys. */
function readSection(key: string, content: JsonValue, path: Path, draft: Draft): JsonObject | undefined {
  if (!groupKeys.includes(key)) {
    const cure = didYouMean(key, groupKeys) ?? 'a group has hosts, vars and children';
    draft.warnings.push(problem('warning', 'unknown-key', `a group has no "${key}"`, keyAt(path, draft), cure));
    return undefined;
  }
  if (content === null) return undefined;
  if (isMapping(content)) return content;
  if (typeof content === 'string') return { [content]: null };
  const message = `"${key}" is ${kindOf(content)}, where keys are expected`;
  const cure = Array.isArray(content) ? 'write each of them as a key: "name:", not "- name"' : 'write "name:" below it';
  draft.errors.push(problem('error', 'invalid-inventory', message, valueAt(path, draft), cure));
  return undefined;
}

function readHosts(section: JsonObject, group: GroupName, path: Path, draft: Draft): void {
  for (const [written, content] of draft.tree.entries(path, section)) {
    const own = [...path, written];
    const where = keyAt(own, draft);
    const named = readHostNames(written, where);
    if (!named.ok) {
      draft.errors.push(named.error);
      continue;
    }
    // As in Ansible, any empty value means no variables.
    const isEmpty =
      content === null || content === '' || content === false || content === 0 || Number(scalarText(content)) === 0;
    if (!isEmpty && !isMapping(content)) {
      const message = `the variables of "${written}" are ${kindOf(content)}, where keys are expected`;
      draft.errors.push(problem('error', 'invalid-inventory', message, valueAt(own, draft)));
      continue;
    }
    const vars = isMapping(content) ? readVariables(content, own, draft) : [];
    const { names, ...port } = named.value;
    for (const name of names) draft.entries.push({ kind: 'host', name, group, ...port, vars, where });
  }
}

function readChildren(section: JsonObject, parent: GroupName, path: Path, draft: Draft): void {
  for (const [written, content] of draft.tree.entries(path, section)) {
    const own = [...path, written];
    const name = readGroup(written, content, own, draft);
    if (name !== undefined) draft.entries.push({ kind: 'child', parent, name, where: keyAt(own, draft) });
  }
}

function readVariables(section: JsonObject, path: Path, draft: Draft): WrittenVariable[] {
  return Object.entries(section).map(([name, value]) => ({ name, value, where: valueAt([...path, name], draft) }));
}

function whole(tree: YamlTree): Where {
  return () => tree.place([], 'value');
}

function keyAt(path: Path, { tree }: Draft): Where {
  return () => tree.place(path, 'key');
}

function valueAt(path: Path, { tree }: Draft): Where {
  return () => tree.place(path, 'value');
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (scalarText(value) !== undefined) return 'a number';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

function problem(
  severity: Diagnostic['severity'],
  code: DiagnosticCode,
  message: string,
  where: Where,
  cure?: string,
): Diagnostic {
  return { severity, code, message, ...(cure === undefined ? {} : { cure }), place: where() };
}
