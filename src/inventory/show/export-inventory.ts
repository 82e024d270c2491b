import type { HostName } from '../../model/ids.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Group, Inventory } from '../inventory.ts';
import { allGroup } from '../resolve/merge-inventories.ts';
import { exportVariables, type Secrets } from './show-variables.ts';

/**
 * What `ansible-inventory --list --export` prints for the same sources, by sorted keys: each group with its own hosts,
 * children and variables, and the own variables of each host in `_meta`. Of hosts only those that are wanted; groups
 * stay, as in those versions of Ansible that have `--limit` for it.
 */
export function exportInventory(
  inventory: Inventory,
  { hosts: wanted, secrets }: { readonly hosts: ReadonlySet<HostName>; readonly secrets: Secrets },
): JsonObject {
  const exported: [string, JsonValue][] = [];
  for (const group of inventory.groups.values()) {
    const entry = exportGroup(group, inventory, wanted, secrets);
    if (Object.keys(entry).length > 0) exported.push([group.name, entry]);
  }
  const hostvars: [string, JsonValue][] = [];
  for (const name of inventory.hosts.keys()) {
    if (!wanted.has(name)) continue;
    const vars = exportVariables(inventory.written.ofHost(name), secrets);
    if (Object.keys(vars).length > 0) hostvars.push([name, vars]);
  }
  return sortKeys({ ...Object.fromEntries(exported), _meta: { hostvars: Object.fromEntries(hostvars) } });
}

function exportGroup(
  { name, ownHosts, children, priority }: Group,
  { written }: Inventory,
  wanted: ReadonlySet<HostName>,
  secrets: Secrets,
): JsonObject {
  const hosts = name === allGroup ? [] : ownHosts.filter(host => wanted.has(host));
  const vars = {
    ...exportVariables(written.ofGroup(name), secrets),
    ...(priority === 1 ? {} : { ansible_group_priority: priority }),
  };
  return {
    ...(children.length === 0 ? {} : { children }),
    ...(hosts.length === 0 ? {} : { hosts }),
    ...(Object.keys(vars).length === 0 ? {} : { vars }),
  };
}

function sortKeys<Value extends JsonValue>(value: Value): Value;
function sortKeys(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(item => sortKeys(item));
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]));
}
