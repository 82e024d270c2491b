import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { Path } from './path-finder.ts';

/** Start and end as offsets. */
type Range = readonly [number, number];

/** Finds what stands at paths of a document, which must not change meanwhile. */
export interface NodeFinder {
  /** Where a path's key or value stands; for a path that is not there, its nearest parent. */
  range(path: Path, part: 'key' | 'value'): Range;
  /** The keys of the mapping at a path in the order in which they are written; those that it merges come last. */
  keys(path: Path): readonly string[];
  /** The node at a path, through aliases and merged mappings. */
  node(path: Path): unknown;
}

/** Remembers the keys of the mappings that were asked for: there may be as many findings as keys. */
export function createNodeFinder(document: Document.Parsed): NodeFinder {
  const known = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  const ownPairs = (map: YAMLMap): ReadonlyMap<string, Pair> => {
    const pairs = known.get(map) ?? pairsByKey(map);
    known.set(map, pairs);
    return pairs;
  };
  const follow = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

  /** The pair with this key: the mapping's own, else that of a mapping it merges. */
  const findPair = (map: YAMLMap, name: string, depth = 0): Pair | undefined => {
    const own = ownPairs(map).get(name);
    if (own !== undefined || depth > 20) return own;
    const merged = [...ownPairs(map).values()].filter(({ key }) => isScalar(key) && key.source === '<<');
    for (const { value } of merged) {
      for (const one of isSeq(value) ? value.items : [value]) {
        const source = follow(one);
        const pair = isMap(source) ? findPair(source, name, depth + 1) : undefined;
        if (pair !== undefined) return pair;
      }
    }
    return undefined;
  };

  const find = (path: Path): unknown => {
    let node: unknown = document.contents;
    for (const step of path) {
      node = follow(node);
      if (isMap(node)) node = findPair(node, String(step))?.value;
      else node = isSeq(node) ? node.items[Number(step)] : undefined;
    }
    return follow(node);
  };

  return {
    node: find,
    keys(path) {
      const node = find(path);
      return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
    },
    range(path, part) {
      let node: unknown = document.contents;
      let range = rangeOf(node) ?? [0, 1];
      for (const [index, step] of path.entries()) {
        node = follow(node);
        if (isMap(node)) {
          const pair = findPair(node, String(step));
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
    },
  };
}

/** The first of equal keys. Several `<<` stay apart: each may merge what is asked for. */
function pairsByKey(map: YAMLMap): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const [index, pair] of map.items.entries()) {
    if (!isScalar(pair.key)) continue;
    const name = String(pair.key.value);
    if (!pairs.has(name)) pairs.set(name, pair);
    else if (pair.key.source === '<<') pairs.set(`<<\0${index}`, pair);
  }
  return pairs;
}

function rangeOf(node: unknown): Range | undefined {
  if (!isNode(node) || node.range === null || node.range === undefined) return undefined;
  return [node.range[0], node.range[1]];
}
