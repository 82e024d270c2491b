import { type Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, visit } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import type { JsonValue } from '../model/json.ts';
import { scalarText } from '../model/python-scalars.ts';
import { unsafeText, vaultedText } from './ansible-marks.ts';
import { createPathFinder, type Path } from './path-finder.ts';
import type { Places } from './places.ts';

/** How many values aliases may add. More counts as an attack on the memory. */
const mostByAliases = 1_000_000;

export interface Unusable {
  readonly diagnostic: Diagnostic;
  /** The path of the value, or of the key that is to be taken out. */
  readonly path: Path;
  readonly node: Node;
  /** How to make the rest of the document usable; undefined if there is no way. */
  readonly remedy?: 'null' | 'take-out';
}

/**
 * Finds values that JSON cannot hold, and aliases that are unknown, circular, or multiply beyond the limit. A number that a
 * double would round is well where `isKept` says that it is used as it is written.
 */
export function findUnusableValues(
  document: Document.Parsed,
  places: Places,
  isKept: (path: Path) => boolean,
): readonly Unusable[] {
  const found: Unusable[] = [];
  const pathTo = createPathFinder();
  const anchors = new Map<string, Node>();
  const counts = new Map<unknown, number>();
  const add = (
    node: Node,
    ancestors: readonly unknown[],
    remedy: Unusable['remedy'],
    code: DiagnosticCode,
    message: string,
    cure: string,
  ): void => {
    const [start = 0, end = start + 1] = node.range ?? [];
    const diagnostic: Diagnostic = { severity: 'error', code, message, cure, place: places.of(start, end) };
    const path = pathTo([...ancestors, node]);
    found.push({ diagnostic, path, node, ...(remedy === undefined ? {} : { remedy }) });
  };
  visit(document, {
    Alias(_, node, above) {
      const target = anchors.get(node.source);
      const name = node.source;
      if (target === undefined) {
        const message = `the alias *${name} has no anchor &${name} before it`;
        add(node, above, 'null', 'unknown-alias', message, 'write the value out');
      } else if (above.includes(target)) {
        const message = `the alias *${name} stands inside of what it stands for`;
        add(node, above, 'null', 'circular-alias', message, 'write the value out');
      } else if (countValues(target, anchors, counts) > mostByAliases) {
        const message = `what *${name} stands for multiplies beyond all measure`;
        add(node, above, undefined, 'alias-bomb', message, 'write the values out');
        return visit.BREAK;
      }
      return undefined;
    },
    Pair(_, pair, above) {
      const { key, value } = pair;
      if (!isScalar(key) || key.type !== 'PLAIN' || key.source !== '<<') return;
      const sources = isSeq(value) ? value.items : [value];
      const isMerge = sources.every(one => isMap(isAlias(one) ? anchors.get(one.source) : one));
      if (isMerge) return;
      const cure = 'write <<: *name, or quote the key: "<<"';
      add(key, [...above, pair], 'take-out', 'invalid-merge', '<< merges mappings only', cure);
    },
    Collection(_, node, above) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (node.tag !== undefined && !/:(?:map|seq)$/.test(node.tag)) {
        add(node, above, 'null', 'not-json', 'only plain lists and mappings can be used', 'write it without its tag');
      }
    },
    Scalar(_, node, above) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      const { value, source = '' } = node;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        const message = `${source} is no number that can be used`;
        add(node, above, 'null', 'not-finite', message, 'write a number, or quote the text');
      } else if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
        if (isKept(pathTo([...above, node]))) return;
        const message = `${source} is too large to be kept exactly`;
        add(node, above, 'null', 'inexact-integer', message, `quote it: "${source}"`);
      } else if (typeof value === 'object' && value !== null && !isMarked(value as JsonValue)) {
        const message = 'this value is neither text, number nor boolean';
        add(node, above, 'null', 'not-json', message, 'write it without its tag');
      }
    },
  });
  return found;
}

function isMarked(value: JsonValue): boolean {
  return vaultedText(value) !== undefined || unsafeText(value) !== undefined || scalarText(value) !== undefined;
}

/** The number of values in a node with its aliases written out. Each node is counted only once, so that it is fast. */
function countValues(node: unknown, anchors: ReadonlyMap<string, Node>, counts: Map<unknown, number>): number {
  const known = counts.get(node);
  if (known !== undefined) return known;
  // A circular alias is reported elsewhere; here it only must not recurse for ever.
  counts.set(node, 1);
  let count = 1;
  if (isAlias(node)) count = countValues(anchors.get(node.source), anchors, counts);
  else if (isPair(node)) count = countValues(node.value, anchors, counts);
  else if (isMap(node) || isCollection(node)) {
    for (const item of node.items) count += countValues(item, anchors, counts);
  } else if (!isScalar(node)) count = 0;
  counts.set(node, count);
  return count;
}
