import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/document/canonical-json.ts';

test('keys are sorted, blanks and entries without a value left out', () => {
  const value = { b: [1, { z: null, y: 'ä"\n' }], a: { 10: true, 9: false }, none: undefined, É: 0.1 };
  expect(canonicalJson(value)).toBe('{"a":{"10":true,"9":false},"b":[1,{"y":"ä\\"\\n","z":null}],"É":0.1}');
});

test('any JSON stays what it is, and is the same in whatever order its keys stand', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const read: unknown = JSON.parse(JSON.stringify(value));
      expect(JSON.parse(canonicalJson(read))).toEqual(read);
      expect(canonicalJson(turnRound(read))).toBe(canonicalJson(read));
    }),
  );
});

function turnRound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnRound);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turnRound(inner)]),
  );
}
