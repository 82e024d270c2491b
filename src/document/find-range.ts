import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml';
import { pathTo } from './find-unusable-values.ts';

/** Start and end as offsets. */
export type Range = readonly [number, number];

/** Where a path's key or value stands; for a path that is not there, its nearest parent. */
export function findRange(document: Document.Parsed, path: readonly (string | number)[], part: 'key' | 'value'): Range {
  let node: unknown = document.contents;
  let range = rangeOf(node) ?? [0, 1];
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = findPair(node, String(step), document);
      if (pair === undefined) return range;
      const isKey = part === 'key' && index === path.length - 1;
      range = (isKey ? undefined : rangeOf(pair.value)) ?? rangeOf(pair.key) ?? range;
      node = pair.value;
    } else {
      const item: unknown = isSeq(node) ? node.items[Number(step)] : undefined;
      if (item === undefined) return range;
      range = rangeOf(item) ?? range;
      node = item;
    }
  }
  return range;
}

/** The keys of the mapping at a path in the order in which they are written; those that it merges come last. */
export function findKeys(document: Document.Parsed, path: readonly (string | number)[]): readonly string[] {
  const node = findNode(document, path);
  return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
}

/** The node at a path, through aliases and merged mappings. */
export function findNode(document: Document.Parsed, path: readonly (string | number)[]): unknown {
  let node: unknown = document.contents;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) node = findPair(node, String(step), document)?.value;
    else node = isSeq(node) ? node.items[Number(step)] : undefined;
  }
  return isAlias(node) ? node.resolve(document) : node;
}

/** The pair with this key: the mapping's own, else that of a mapping it merges. */
function findPair(map: YAMLMap, name: string, document: Document.Parsed, depth = 0): Pair | undefined {
  const own = map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  if (own !== undefined || depth > 20) return own;
  const merges = map.items.filter(({ key }) => isScalar(key) && key.source === '<<').map(({ value }) => value);
  const merged = merges
    .flatMap((value): unknown[] => (isSeq(value) ? value.items : [value]))
    .map(one => (isAlias(one) ? one.resolve(document) : one))
    .filter(one => isMap(one));
  for (const one of merged) {
    const pair = findPair(one, name, document, depth + 1);
    if (pair !== undefined) return pair;
  }
  return undefined;
}

/** Two equal keys of a mapping; the path is that of the later one. */
export interface Double {
  readonly key: Range;
  readonly first: Range;
  readonly path: readonly (string | number)[];
}

/**
 * Finds a duplicate key, and the first key of that name in the mapping. The parser reports the end of the value before the
 * duplicate: the key begins there, or after blanks.
 */
export function findDouble(document: Document.Parsed, text: string, offset: number): Double | undefined {
  const isThere = (range: Range | undefined): range is Range =>
    range !== undefined && range[0] >= offset && text.slice(offset, range[0]).trim() === '';
  let found: Double | undefined;
  visit(document, {
    Map(_, map, above) {
      const { items } = map;
      const later = items.find(({ key }) => isThere(rangeOf(key)));
      if (later === undefined) return undefined;
      const name = isScalar(later.key) ? later.key.value : undefined;
      const first = rangeOf(items.find(({ key }) => isScalar(key) && key.value === name)?.key);
      const key = rangeOf(later.key);
      if (first === undefined || key === undefined || first[0] === key[0]) return undefined;
      found = { key, first, path: pathTo([...above, map, later]) };
      return visit.BREAK;
    },
  });
  return found;
}

function rangeOf(node: unknown): Range | undefined {
  if (!isNode(node) || node.range === null || node.range === undefined) return undefined;
  return [node.range[0], node.range[1]];
}
