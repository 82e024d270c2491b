import type { YamlTree } from '../document/read-yaml.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { markWritten } from '../model/python-scalars.ts';

/** Whether the value at a path of a playbook goes through `keepWritten`, or may be merged into one that does. */
export function isKeptWritten([, part, , section]: readonly (string | number)[]): boolean {
  return part === 'vars' || (part === 'scripts' && (section === 'args' || section === 'globals')) || isOwn(part);
}

/** What stands behind `x-` is the user's own: anchors, mostly. */
function isOwn(part: string | number | undefined): boolean {
  return typeof part === 'string' && part.startsWith('x-');
}

/** The value at a path, with each number that JavaScript writes otherwise (`2.0`, `1.10`, `010`) marked as it is written. */
export function keepWritten(value: JsonValue, path: readonly (string | number)[], tree: YamlTree): JsonValue {
  if (typeof value === 'number') {
    const text = tree.written(path);
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return text === undefined || (text === String(value) && !isRounded) ? value : markWritten(text);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) return value.map((item, index) => keepWritten(item, [...path, index], tree));
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, keepWritten(child, [...path, key], tree)]),
  );
}
