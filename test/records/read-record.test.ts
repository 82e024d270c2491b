import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Column } from '../../src/model/records.ts';
import { createRecordReader } from '../../src/records/read-record.ts';

const ioread: readonly Column[] = [
  { name: 'pid', type: 'integer' },
  { name: 'execname', type: 'text' },
  { name: 'count', type: 'integer' },
  { name: 'bytes', type: 'integer' },
];

describe('with a separator', () => {
  const read = createRecordReader({ columns: ioread, separator: '---' });

  test.each([
    ['3431---pcscd---240---3780', { pid: 3431, execname: 'pcscd', count: 240, bytes: 3780 }],
    ['  7 ---  a b --- -1 --- +2 ', { pid: 7, execname: 'a b', count: -1, bytes: 2 }],
    ['1------2---3', { pid: 1, execname: '', count: 2, bytes: 3 }],
    ['1---a---b---2---3', { pid: 1, execname: 'a---b', count: 2, bytes: 3 }],
    [
      '1---x---9223372036854775807---9007199254740991',
      { pid: 1, execname: 'x', count: '9223372036854775807', bytes: 9007199254740991 },
    ],
    ['1---x----9223372036854775808---0', { pid: 1, execname: 'x', count: '-9223372036854775808', bytes: 0 }],
  ])('%j', (line, values) => expect(read(line)).toEqual(values));

  test.each([
    '',
    '---',
    'END:**********',
    '3431---pcscd---240',
    'x---pcscd---240---1',
    '1---a---1.5---1',
    '1---a---0x10---1',
    '1---a---123456789012345678901---1',
    '1---a------1',
    'WARNING: Number of errors: 0, skipped probes: 1',
  ])('%j is no record', line => expect(read(line)).toBeUndefined());
});

describe('at blanks and tabs', () => {
  test('a name may hold blanks where the rest tells where it ends', () => {
    const read = createRecordReader({ columns: ioread });
    expect(read('\t12  my  prog 3 4')).toEqual({ pid: 12, execname: 'my  prog', count: 3, bytes: 4 });
    expect(read('12 my prog x 4')).toBeUndefined();
  });

  test('numbers with a point or an exponent', () => {
    const read = createRecordReader({ columns: [{ name: 'x', type: 'number' }] });
    const lines = ['1.5', '-.5', '1.', '2e3', '-0', 'nan', 'Infinity', '1e999', '0x1', '1,5', '.', '1 2'];
    expect(lines.map(read).map(values => values?.['x'])).toEqual([1.5, -0.5, 1, 2000, 0, ...Array(7).fill(undefined)]);
  });

  test('without columns nothing is a record', () => {
    expect(createRecordReader({ columns: [] })('')).toBeUndefined();
  });
});

const column = fc.record({
  name: fc.stringMatching(/^[a-z]{1,8}$/),
  type: fc.constantFrom('text', 'integer', 'number') as fc.Arbitrary<Column['type']>,
});
const columns = fc.uniqueArray(column, { selector: ({ name }) => name, minLength: 1, maxLength: 6 });

test('what is printed as a record is read back as it was', () => {
  const cases = columns.chain(chosen =>
    fc.record({
      columns: fc.constant(chosen),
      values: fc.tuple(
        ...chosen.map(({ type }) =>
          type === 'text'
            ? fc.stringMatching(/^[a-z ./-]*$/)
            : type === 'integer'
              ? fc.bigInt(-(2n ** 63n), 2n ** 63n)
              : fc.integer(),
        ),
      ),
    }),
  );
  fc.assert(
    fc.property(cases, ({ columns: chosen, values }) => {
      const read = createRecordReader({ columns: chosen, separator: '|' });
      const found = read(values.map(String).join('|'));
      const texts = Object.fromEntries(chosen.map(({ name }, index) => [name, String(values[index]).trim()]));
      expect(found && Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]))).toEqual(
        texts,
      );
    }),
  );
});

test('whatever comes, a record has every column with its type, or there is none', () => {
  fc.assert(
    fc.property(
      columns,
      fc.option(fc.string({ minLength: 1, maxLength: 3 }), { nil: undefined }),
      fc.string(),
      (chosen, separator, line) => {
        const values = createRecordReader({ columns: chosen, ...(separator === undefined ? {} : { separator }) })(line);
        if (values === undefined) return;
        expect(Object.keys(values)).toEqual(chosen.map(({ name }) => name));
        for (const { name, type } of chosen) {
          const value = values[name];
          if (type === 'text') expect(typeof value).toBe('string');
          else if (type === 'number') expect(Number.isFinite(value)).toBe(true);
          else expect(typeof value === 'string' ? value : Number.isSafeInteger(value)).toBeTruthy();
        }
      },
    ),
  );
});
