import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Gap } from './blank-broken-lines.ts';

type Path = readonly (string | number)[];

/** The nodes that lines which were taken out may have belonged to. */
export interface Owners {
  /** The innermost mapping or list around them with the same indentation; if there is none, all that are around them. */
  readonly holders: readonly Path[];
  /** Values that have become empty, and texts that are no longer complete. */
  readonly values: readonly Path[];
}

export function findOwners(document: Document.Parsed, text: string, { offset, column }: Gap): Owners {
  const around: Owner[] = [];
  const values: Path[] = [];
  let inside: Child | undefined = { path: [], node: document.contents };
  while (inside !== undefined) {
    const { path, node }: Child = inside;
    const children = childrenOf(node, path);
    const isDeeper = column > (around.at(-1)?.column ?? -1);
    if (children === undefined) {
      if (isEmpty(node) || isRound(node, { offset, isDeeper })) values.push(path);
      break;
    }
    around.push({ path, column: columnAt(text, node?.range?.[0] ?? 0) });
    const behind = children.findIndex(child => child.start > offset);
    inside = children[(behind === -1 ? children.length : behind) - 1];
    // The lines were the entry of a dash that stayed.
    const next = behind === -1 ? undefined : children[behind];
    if (!isSeq(node) || next === undefined || /^ *-(?: |$)/m.test(text.slice(offset, next.start))) continue;
    if (isMap(next.node)) around.push({ path: next.path, column: columnAt(text, next.start) });
    else if (isEmpty(next.node) || isSeq(next.node)) values.push(next.path);
  }
  const same = around.filter(owner => owner.column === column);
  return { holders: (same.length > 0 ? same : around).map(({ path }) => path), values };
}

interface Owner {
  readonly path: Path;
  readonly column: number;
}

interface Child {
  readonly path: Path;
  readonly node: Node | null;
}

/** The entries of a mapping or a list; undefined for what is neither. */
function childrenOf(node: Node | null, path: Path): readonly (Child & { readonly start: number })[] | undefined {
  if (isMap<Node, Node | null>(node)) {
    return node.items.map(({ key, value }) => ({
      path: [...path, String(key)],
      node: value,
      start: key.range?.[0] ?? 0,
    }));
  }
  if (!isSeq<Node>(node)) return undefined;
  return node.items.map((item, index) => ({ path: [...path, index], node: item, start: item.range?.[0] ?? 0 }));
}

function isEmpty(node: Node | null): boolean {
  return node === null || (!isAlias(node) && node.toJSON() === null);
}

/** Whether a text goes on behind an offset. A text in block style goes on while lines are indented deeper than its key. */
function isRound(
  node: Node | null,
  { offset, isDeeper }: { readonly offset: number; readonly isDeeper: boolean },
): boolean {
  if (!isScalar(node) || !node.range) return false;
  const [start, end] = node.range;
  return node.type?.startsWith('BLOCK') ? isDeeper : start <= offset && offset < end;
}

function columnAt(text: string, offset: number): number {
  return offset === 0 ? 0 : offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
