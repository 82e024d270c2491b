import type { HostName } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import { formatLines } from '../layout/format-lines.ts';

/** A host with each of its variables, and where the value that counts was written. */
export interface ShownHost {
  readonly name: HostName;
  readonly groups: readonly string[];
  readonly vars: Readonly<Record<string, { readonly value: JsonValue; readonly file: string; readonly line: number }>>;
}

/** The host's groups, then two lines for each variable: its value, and its place. */
export function formatHostVariables({ name, groups, vars }: ShownHost): string {
  const lines = [name, `    groups: ${groups.join(', ')}`];
  for (const [key, { value, file, line }] of Object.entries(vars)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    lines.push(`    ${key}: ${text}`, `        ${file}:${line}`);
  }
  return formatLines(lines);
}

/** As `ansible-inventory --list --export` prints it, which programs may compare byte for byte. */
export function formatExportedInventory(exported: unknown): string {
  return `${JSON.stringify(exported, undefined, 4)}\n`;
}
