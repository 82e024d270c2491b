import { isJsonObject, type JsonValue } from '../model/json.ts';
import { createPathSet, type PathSet } from './path-set.ts';
import type { YamlTree } from './read-yaml.ts';
import type { Path } from './schema-words.ts';

/** Whether a gap explains why there is nothing, or null, at a path; else the document was written so. */
export function isOfGap(tree: YamlTree, path: Path): boolean {
  return gapsOf(tree)
    .lengthsAround(path)
    .some(length => {
      const held = valueAt(tree.value, path.slice(0, length));
      // Keys that are still in a mapping with gaps are known.
      return held === null || held === undefined || valueAt(tree.value, path.slice(0, length + 1)) === undefined;
    });
}

/** Whether a mapping or a list may have lost entries. */
export function hasGapAt(tree: YamlTree, path: Path): boolean {
  return gapsOf(tree).has(path);
}

/** Whether a value, or something in it, may have lost entries or is not as written. */
export function hasGapWithin(tree: YamlTree, path: Path): boolean {
  return gapsOf(tree).hasWithin(path);
}

/** There may be as many as there are errors. */
const known = new WeakMap<readonly Path[], PathSet>();

function gapsOf({ gaps = none }: YamlTree): PathSet {
  const set = known.get(gaps) ?? createPathSet(gaps);
  known.set(gaps, set);
  return set;
}

const none: readonly Path[] = [];

function valueAt(root: JsonValue, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isJsonObject(value) && Object.hasOwn(value, String(step))) value = value[String(step)];
    else return undefined;
  }
  return value;
}
