import { isPair, isScalar, isSeq, type YAMLSeq } from 'yaml';

/** Keys and indices from the top of a document. */
export type Path = readonly (string | number)[];

/**
 * Finds the keys and indices that lead to the last of some nodes, each of which holds the next. Remembers where entries of lists stand:
 * there may be many to ask for, and the document must not change meanwhile.
 */
export function createPathFinder(): (nodes: readonly unknown[]) => Path {
  const known = new Map<YAMLSeq, ReadonlyMap<unknown, number>>();
  const indicesOf = (list: YAMLSeq): ReadonlyMap<unknown, number> => {
    const indices = known.get(list) ?? new Map(list.items.map((item, index) => [item, index]));
    known.set(list, indices);
    return indices;
  };
  return nodes =>
    nodes.flatMap((node, index): Path => {
      if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : ''];
      const at = isSeq(node) ? indicesOf(node).get(nodes[index + 1]) : undefined;
      return at === undefined ? [] : [at];
    });
}
