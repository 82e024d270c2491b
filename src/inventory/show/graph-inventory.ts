import { pythonText } from '../../document/python-text.ts';
import type { GroupName } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Inventory } from '../inventory.ts';
import { allGroup } from '../resolve/merge-inventories.ts';
import { readableVariables, type Secrets } from './show-variables.ts';

/** Whether variables are drawn too, and their secrets with them. */
export type GraphVariables = 'none' | Secrets;

/**
 * The tree below a group, line by line as `ansible-inventory --graph` prints it: child groups, then hosts, then variables.
 * A group with several parents stands below each of them.
 */
export function* graphInventory(
  inventory: Inventory,
  start: GroupName,
  variables: GraphVariables,
): Generator<string, void, undefined> {
  const drawn = new Map<string, readonly string[]>();
  const variablesOf = (key: string, read: (secrets: Secrets) => JsonObject): readonly string[] => {
    if (variables === 'none') return [];
    const known = drawn.get(key) ?? drawVariables(read(variables));
    drawn.set(key, known);
    return known;
  };
  function* draw(name: GroupName, depth: number): Generator<string, void, undefined> {
    const group = inventory.groups.get(name);
    if (group === undefined) return;
    yield indent(`@${name}:`, depth);
    for (const child of group.children) yield* draw(child, depth + 1);
    for (const host of name === allGroup ? [] : group.ownHosts) {
      yield indent(host, depth + 1);
      const own = variablesOf(`host ${host}`, secrets =>
        readableVariables(inventory.written.allOfHost(host), secrets, inventory.vault),
      );
      for (const line of own) yield indent(line, depth + 2);
    }
    const own = variablesOf(`group ${name}`, secrets => ({
      ...readableVariables(inventory.written.ofGroup(name), secrets, inventory.vault),
      ...(group.priority === 1 ? {} : { ansible_group_priority: group.priority }),
    }));
    for (const line of own) yield indent(line, depth + 1);
  }
  yield* draw(start, 0);
}

function drawVariables(vars: JsonObject): readonly string[] {
  const names = Object.keys(vars).sort();
  return names.map(name => `{${name} = ${pythonText(vars[name] ?? null)}}`);
}

function indent(text: string, depth: number): string {
  return depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`;
}
