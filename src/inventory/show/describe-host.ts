import type { HostName } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Inventory } from '../inventory.ts';
import { readableVariables, type Secrets } from './show-variables.ts';

/** A host with each of its variables, and where the value that counts was written. */
export interface HostDescription {
  readonly name: HostName;
  readonly groups: readonly string[];
  readonly vars: Readonly<Record<string, DescribedVariable>>;
}

export interface DescribedVariable {
  readonly value: JsonValue;
  readonly file: string;
  readonly line: number;
}

/** Undefined where the inventory has no such host. Variables come by name. */
export function describeHost(inventory: Inventory, name: HostName, secrets: Secrets): HostDescription | undefined {
  const host = inventory.hosts.get(name);
  if (host === undefined) return undefined;
  const written = inventory.written.allOfHost(name);
  const values = readableVariables(written, secrets, inventory.vault);
  const described: [string, DescribedVariable][] = [];
  for (const key of Object.keys(values).sort()) {
    const place = written.get(key)?.where();
    if (place === undefined) continue;
    described.push([key, { value: values[key] ?? null, file: place.file, line: place.line }]);
  }
  return { name, groups: host.groups, vars: Object.fromEntries(described) };
}
