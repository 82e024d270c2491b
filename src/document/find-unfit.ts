import { type Document, isMap, isScalar, visit } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Places } from './places.ts';

/** Values that YAML can write and JSON cannot hold, and slips that parse as something else than was meant. */
export function findUnfit(document: Document.Parsed, places: Places): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const add = (node: { range?: readonly number[] | null }, code: string, message: string, cure: string): void => {
    const [start = 0, end = start + 1] = node.range ?? [];
    found.push({ severity: 'error', code, message, cure, place: places.of(start, end) });
  };
  visit(document, {
    Map(_, node) {
      // `x: {{ name }}` is a mapping with a mapping as its key.
      if (!node.flow || !node.items.some(item => isMap(item.key))) return undefined;
      add(node, 'unquoted-template', 'a template has to be quoted', 'write "{{ name }}"');
      return visit.SKIP;
    },
    Scalar(_, node) {
      const { value, source } = node;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        add(node, 'not-finite', `${source} is no number that can be used`, 'write a number, or quote the text');
      } else if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
        add(node, 'inexact-integer', `${source} is too large to be kept exactly`, `quote it: "${source}"`);
      } else if (value instanceof Date || value instanceof Uint8Array || typeof value === 'bigint') {
        add(node, 'not-json', 'this value is neither text, number, boolean, list nor mapping', `quote it: "${source}"`);
      }
      return undefined;
    },
    Pair(_, pair) {
      if (isScalar(pair.key) && typeof pair.key.value !== 'string' && pair.key.value !== '<<') {
        const { source } = pair.key;
        if (typeof pair.key.value !== 'symbol')
          add(pair.key, 'key-not-text', 'a key has to be a text', `quote it: "${source}"`);
      }
      return undefined;
    },
  });
  return found;
}
