import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { YamlTree } from './read-yaml.ts';
import type { Path } from './schema-words.ts';

/** The gap that explains why there is nothing, or null, at a path; undefined if the document was written so. */
export function findGap({ gaps = [], value }: YamlTree, path: Path): Path | undefined {
  return gaps.find(gap => {
    if (gap.length > path.length || gap.some((step, index) => step !== path[index])) return false;
    const held = valueAt(value, gap);
    // Keys that are still in a mapping with gaps are known.
    return held === null || held === undefined || valueAt(value, path.slice(0, gap.length + 1)) === undefined;
  });
}

/** Whether a mapping or a list may have lost entries. */
export function hasGapAt({ gaps = [] }: YamlTree, path: Path): boolean {
  return gaps.some(gap => gap.length === path.length && gap.every((step, index) => step === path[index]));
}

function valueAt(root: JsonValue, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isJsonObject(value) && Object.hasOwn(value, String(step))) value = value[String(step)];
    else return undefined;
  }
  return value;
}
