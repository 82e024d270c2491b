import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPythonLiteral } from '../../../src/inventory/written/python-literal.ts';
import type { JsonValue } from '../../../src/model/json.ts';

describe('readPythonLiteral', () => {
  // The right column is what Python 3.11 makes of ast.literal_eval(text); a tuple becomes a list.
  test.each<[text: string, value: JsonValue]>([
    ['22', 22],
    ['-3', -3],
    ['+3', 3],
    ['-0', 0],
    ['00', 0],
    ['1_000', 1000],
    ['0x1F', 31],
    ['0o17', 15],
    ['0b101', 5],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', { __tapbook_scalar: '1.0' }],
    ['1e3', { __tapbook_scalar: '1000.0' }],
    ['010.5', 10.5],
    ['True', true],
    ['False', false],
    ['None', null],
    ['""', ''],
    ["'7'", '7'],
    ['"a" \'b\'', 'ab'],
    [String.raw`"a\tb\x41\u00e9\101\q"`, 'a\tbAéA\\q'],
    [String.raw`r"a\tb"`, String.raw`a\tb`],
    ['[]', []],
    ['[1, "a", [True],]', [1, 'a', [true]]],
    ['(1, 2)', [1, 2]],
    ['(1,)', [1]],
    ['(1)', 1],
    ['()', []],
    ["{'a': 1, 'b': {'c': None}}", { a: 1, b: { c: null } }],
    ['{}', {}],
    ['{2.0: 1}', { '2.0': 1 }],
    ['{1: 2, None: 3, "a": 4}', { 1: 2, null: 3, a: 4 }],
    ['1,2', [1, 2]],
    ['1,', [1]],
    ['1, "two", [3]  # and so on', [1, 'two', [3]]],
    ["b'bytes'", 'bytes'],
    ['  5  # five', 5],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740993', { __tapbook_scalar: '-9007199254740993' }],
    ['0xFFFFFFFFFFFFFFFF', { __tapbook_scalar: '18446744073709551615' }],
    ['1e999', { __tapbook_scalar: 'inf' }],
    ['-1e999', { __tapbook_scalar: '-inf' }],
  ])('%s', (text, value) => {
    expect(readPythonLiteral(text)).toEqual(value);
  });

  test.each([
    '',
    'yes',
    'true',
    'null',
    'db1',
    '010',
    '0x',
    '1__0',
    '1.2.3',
    '10.0.0.1',
    '5s',
    '1 2',
    '--5',
    '1 + 2',
    'inf',
    'Trueish',
    '"open',
    '"a" b',
    '[1 2]',
    '[1',
    '[,]',
    ',1',
    '1,,2',
    '1,2 3',
    '{1, 2}',
    'f"x"',
    `${'['.repeat(60)}${']'.repeat(60)}`,
  ])('%j stays a text', text => {
    expect(readPythonLiteral(text)).toBeUndefined();
  });

  test('a key __proto__ is a key like others', () => {
    const value = readPythonLiteral("{'__proto__': {'a': 1}}");
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('reads back every list of texts and whole numbers', () => {
    const items = fc.array(fc.oneof(fc.integer(), fc.string({ unit: 'grapheme-ascii' })));
    fc.assert(
      fc.property(items, list => {
        expect(readPythonLiteral(JSON.stringify(list))).toEqual(list.map(item => (Object.is(item, -0) ? 0 : item)));
      }),
    );
  });

  test('never throws', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      '{',
      '}',
      ',',
      ':',
      '"',
      "'",
      '\\',
      'x',
      '1',
      '.',
      'e',
      '-',
      ' ',
      'r',
      '#',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), parts => {
        expect(() => readPythonLiteral(parts.join(''))).not.toThrow();
      }),
    );
  });
});
