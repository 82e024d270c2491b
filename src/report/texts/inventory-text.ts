import type { HostName } from '../../model/ids.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { scalarText } from '../../model/python-scalars.ts';
import { formatLines } from '../layout/format-lines.ts';
import { markJson } from '../layout/json-line.ts';
import { printJson } from '../layout/print-json.ts';

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
    const isLine = typeof value === 'string' && !value.includes('\n');
    const text = isLine ? value : (scalarText(value) ?? printJson(value));
    lines.push(`    ${key}: ${text}`, `        ${file}:${line}`);
  }
  return formatLines(lines);
}

/** As `ansible-inventory --list --export` prints it, which programs may compare byte for byte. */
export function formatExportedInventory(exported: JsonObject): string {
  return `${printJson(exported, 4)}\n`;
}

/** A host as one line of JSON. */
export function formatHostJson({ name, groups, vars }: ShownHost): string {
  return `${markJson(printJson({ name, groups, vars }))}\n`;
}
