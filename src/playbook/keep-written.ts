import type { YamlTree } from '../document/read-yaml.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { markWritten } from '../model/python-scalars.ts';

/** The value at a path, with each number that JavaScript writes otherwise (`2.0`, `1.10`, `010`) marked as it is written. */
export function keepWritten(value: JsonValue, path: readonly (string | number)[], tree: YamlTree): JsonValue {
  if (typeof value === 'number') {
    const text = tree.written(path);
    return text === undefined || text === String(value) ? value : markWritten(text);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) return value.map((item, index) => keepWritten(item, [...path, index], tree));
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, keepWritten(child, [...path, key], tree)]),
  );
}
