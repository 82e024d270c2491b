import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml';

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

/** The key with which the one at this offset collides: the first of the same name in its mapping. */
export function findFirstKey(document: Document.Parsed, offset: number): Range | undefined {
  let found: Range | undefined;
  visit(document, {
    Map(_, { items }) {
      const later = items.find(({ key }) => rangeOf(key)?.[0] === offset);
      if (later === undefined) return undefined;
      const name = isScalar(later.key) ? later.key.value : undefined;
      found = rangeOf(items.find(({ key }) => isScalar(key) && key.value === name)?.key);
      return visit.BREAK;
    },
  });
  return found;
}

function rangeOf(node: unknown): Range | undefined {
  if (!isNode(node) || node.range === null || node.range === undefined) return undefined;
  return [node.range[0], node.range[1]];
}
