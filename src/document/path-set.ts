import type { Path } from './path-finder.ts';

/** Paths, however many: what is asked takes time in proportion to the path that it is asked of. A number is no text that looks like it. */
export interface PathSet {
  add(path: Path): void;
  has(path: Path): boolean;
  /** The lengths of the paths that a path is, or lies within; shortest first. */
  lengthsAround(path: Path): readonly number[];
  /** Whether there is one that lies within a path, or is it. */
  hasWithin(path: Path): boolean;
}

export function createPathSet(paths: Iterable<Path> = []): PathSet {
  const root: Node = { isMember: false, steps: new Map() };
  const find = (path: Path): Node | undefined => {
    let node: Node | undefined = root;
    for (const step of path) node = node?.steps.get(step);
    return node;
  };
  const set: PathSet = {
    add(path) {
      let node = root;
      for (const step of path) {
        const next: Node = node.steps.get(step) ?? { isMember: false, steps: new Map() };
        node.steps.set(step, next);
        node = next;
      }
      node.isMember = true;
    },
    has: path => find(path)?.isMember ?? false,
    lengthsAround(path) {
      const lengths = root.isMember ? [0] : [];
      let node: Node | undefined = root;
      for (let length = 1; length <= path.length; length++) {
        node = node.steps.get(path[length - 1] ?? '');
        if (node === undefined) break;
        if (node.isMember) lengths.push(length);
      }
      return lengths;
    },
    // Each node leads to a member.
    hasWithin: path => (path.length === 0 ? root.isMember || root.steps.size > 0 : find(path) !== undefined),
  };
  for (const path of paths) set.add(path);
  return set;
}

interface Node {
  isMember: boolean;
  readonly steps: Map<string | number, Node>;
}
