import { type Document, isScalar, type Pair, type Scalar, visit, type YAMLMap } from 'yaml';
import { createPathFinder, type Path } from './path-finder.ts';

/** Two equal keys of a mapping; the path is that of the later one. Ranges are offsets. */
export interface Double {
  readonly key: Range;
  readonly first: Range;
  readonly path: Path;
}

type Range = readonly [start: number, end: number];

/**
 * Finds keys that stand twice in their mapping, in time that grows with the document: the library compares each key of a mapping with
 * all before it. To Ansible several `<<` are none.
 */
export function findDoubles(document: Document.Parsed, merges: 'once' | 'any-number'): readonly Double[] {
  const doubles: Double[] = [];
  const pathTo = createPathFinder();
  visit(document, {
    Map(_, map, above) {
      const first = new Map<unknown, Scalar>();
      for (const pair of map.items) {
        const { key } = pair;
        if (!isScalar(key)) continue;
        const isMerge = isMergeKey(key);
        if (isMerge && merges === 'any-number') continue;
        const name = isMerge ? mergeKey : key.value;
        const known = first.get(name);
        if (known === undefined) first.set(name, key);
        else doubles.push({ key: rangeOf(key), first: rangeOf(known), path: pathTo([...above, map, pair]) });
      }
    },
  });
  return doubles;
}

/** Keeps of equal keys the last one. */
export function dropEarlierKeys(document: Document.Parsed): void {
  visit(document, {
    Map(_, map) {
      const last = new Map(map.items.map((pair, index) => [nameOf(pair), index]));
      map.items = map.items.filter((pair, index) => {
        const name = nameOf(pair);
        return name === undefined || isMergeKey(pair.key) || last.get(name) === index;
      });
    },
  });
}

/** Of several `<<` the last one counts; to the library, it is the first. */
export function reverseMerges(map: YAMLMap): void {
  const merges = map.items.filter(({ key }) => isMergeKey(key));
  if (merges.length > 1) map.items = map.items.map(pair => (isMergeKey(pair.key) ? (merges.pop() ?? pair) : pair));
}

const mergeKey = Symbol('<<');

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function rangeOf({ range }: Scalar): Range {
  return [range?.[0] ?? 0, range?.[1] ?? 1];
}
