import { type Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, visit } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import type { JsonValue } from '../model/json.ts';
import { unsafeText, vaultedText } from './ansible-marks.ts';
import type { Places } from './places.ts';

/** How many values aliases may add, before it counts as an attack on the memory. */
const mostByAliases = 1_000_000;

/** What YAML can write and JSON cannot hold, aliases that lead nowhere, round in a circle or beyond all measure. */
export function findUnusableValues(document: Document.Parsed, places: Places): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const anchors = new Map<string, Node>();
  const weights = new Map<unknown, number>();
  const add = (node: Node, code: DiagnosticCode, message: string, cure: string): void => {
    const [start = 0, end = start + 1] = node.range ?? [];
    found.push({ severity: 'error', code, message, cure, place: places.of(start, end) });
  };
  visit(document, {
    Alias(_, node, path) {
      const target = anchors.get(node.source);
      const name = node.source;
      if (target === undefined) {
        add(node, 'unknown-alias', `the alias *${name} has no anchor &${name} before it`, 'write the value out');
      } else if (path.includes(target)) {
        add(node, 'circular-alias', `the alias *${name} stands inside of what it stands for`, 'write the value out');
      } else if (weigh(target, anchors, weights) > mostByAliases) {
        add(node, 'alias-bomb', `what *${name} stands for multiplies beyond all measure`, 'write the values out');
        return visit.BREAK;
      }
      return undefined;
    },
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.type !== 'PLAIN' || key.source !== '<<') return;
      const sources = isSeq(value) ? value.items : [value];
      const isMerge = sources.every(one => isMap(isAlias(one) ? anchors.get(one.source) : one));
      if (!isMerge) add(key, 'invalid-merge', '<< merges mappings only', 'write <<: *name, or quote the key: "<<"');
    },
    Collection(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (node.tag !== undefined && !/:(?:map|seq)$/.test(node.tag)) {
        add(node, 'not-json', 'only plain lists and mappings can be used', 'write it without its tag');
      }
    },
    Scalar(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      const { value, source = '' } = node;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        add(node, 'not-finite', `${source} is no number that can be used`, 'write a number, or quote the text');
      } else if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
        add(node, 'inexact-integer', `${source} is too large to be kept exactly`, `quote it: "${source}"`);
      } else if (typeof value === 'object' && value !== null && !isMarked(value as JsonValue)) {
        add(node, 'not-json', 'this value is neither text, number nor boolean', 'write it without its tag');
      }
    },
  });
  return found;
}

function isMarked(value: JsonValue): boolean {
  return vaultedText(value) !== undefined || unsafeText(value) !== undefined;
}

/** How many values a node makes when its aliases are written out. Each is counted once, so that it takes no long time. */
function weigh(node: unknown, anchors: ReadonlyMap<string, Node>, weights: Map<unknown, number>): number {
  const known = weights.get(node);
  if (known !== undefined) return known;
  // An alias within itself is reported elsewhere; here it must only not go round for ever.
  weights.set(node, 1);
  let weight = 1;
  if (isAlias(node)) weight = weigh(anchors.get(node.source), anchors, weights);
  else if (isPair(node)) weight = weigh(node.value, anchors, weights);
  else if (isMap(node) || isCollection(node)) {
    for (const item of node.items) weight += weigh(item, anchors, weights);
  } else if (!isScalar(node)) weight = 0;
  weights.set(node, weight);
  return weight;
}
