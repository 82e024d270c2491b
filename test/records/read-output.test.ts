import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutputFormat } from '../../src/model/records.ts';
import { createOutputReader, plainOutput } from '../../src/records/read-output.ts';

const format: OutputFormat = {
  separator: '---',
  columns: [
    { name: 'pid', type: 'integer' },
    { name: 'execname', type: 'text' },
  ],
  sections: [
    { name: 'interval', begin: '**********' },
    { name: 'total', begin: 'END:**********' },
  ],
  skip: ['#', 'pid '],
  histograms: 'add',
};

function read(lines: readonly string[], as: OutputFormat = format) {
  const reader = createOutputReader(as);
  const found = [...lines.flatMap(line => reader.read(line)), ...reader.end()];
  return { found, counts: reader.counts() };
}

/** Short enough to be read beside its lines. */
function brief({ found, counts }: ReturnType<typeof read>) {
  const told = found.map(one => {
    const where = one.section === undefined ? '-' : `${one.section} ${one.sample}`;
    return one.kind === 'record'
      ? `${where}: ${Object.values(one.values).join(' ')}`
      : `${where}: histogram ${one.title ?? '-'} ${one.number}, ${one.histogram.buckets.map(({ mark = '', value, count }) => `${mark}${value}=${count}`).join(' ')}`;
  });
  return { told, counts };
}

test('sections, samples, headings, and lines that do not fit', () => {
  const lines = [
    'WARNING: something',
    '1---early',
    '# heading',
    'pid execname',
    '**********',
    '2---a',
    '',
    '3---b',
    '********** ',
    'x---c',
    '4---d\r',
    'END:**********',
    '5---e',
    '6',
  ];
  expect(brief(read(lines))).toEqual({
    told: ['-: 1 early', 'interval 1: 2 a', 'interval 1: 3 b', 'interval 2: 4 d', 'total 1: 5 e'],
    counts: { records: 5, malformed: 3 },
  });
});

test('without columns no line is wrong', () => {
  expect(read(['a', '1---b'], plainOutput)).toEqual({ found: [], counts: undefined });
});

const heading = 'value |-------------------------------------------------- count';
const one = (count: number) => [
  heading,
  `    0 |@${String(count).padStart(52)}`,
  `    1 |${'0'.padStart(53)}`,
  `    2 |${'0'.padStart(53)}`,
];

test('a histogram is of the line before it, if that is no record; it is no mistake then', () => {
  const lines = [
    '**********',
    'reads of cat',
    ...one(1),
    '',
    'reads of cat',
    ...one(2),
    '',
    ...one(3),
    '',
    '7---x',
    ...one(4),
    '',
    '**********',
    'reads of cat',
    '',
    ...one(5),
  ];
  expect(brief(read(lines))).toEqual({
    told: [
      'interval 1: histogram reads of cat 1, 0=1 1=0 2=0',
      'interval 1: histogram reads of cat 2, 0=2 1=0 2=0',
      'interval 1: histogram - 1, 0=3 1=0 2=0',
      'interval 1: 7 x',
      'interval 1: histogram - 2, 0=4 1=0 2=0',
      'interval 2: histogram reads of cat 1, 0=5 1=0 2=0',
    ],
    counts: { records: 1, malformed: 0 },
  });
});

test('a histogram that is torn ends with its last whole row, and what follows is read as what it is', () => {
  const lines = [
    heading,
    '    0 |@                                                   1',
    '    1 |@@ WARNING: There were 3 transport failures.',
    '8---y',
  ];
  expect(brief(read(lines))).toEqual({
    told: ['-: histogram - 1, 0=1', '-: 8 y'],
    counts: { records: 1, malformed: 1 },
  });
  // One heading right after the other, rows that go down, and a histogram of nothing.
  const twice = [heading, heading, '    4 |@   1', '    2 |@   1', heading, '    4 |   0', ''];
  expect(brief(read(twice)).told).toEqual(['-: histogram - 1, 4=1']);
});

test('ignored, histograms are lines like others', () => {
  expect(read(['x', ...one(1), ''], { ...format, histograms: 'ignore' }).counts).toEqual({ records: 0, malformed: 5 });
});

test('whatever comes, every line is a record, a mistake, or part of something else; nothing throws', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('**********', 'END:**********', '', heading, '      ~', '1---a', '#'),
    fc
      .tuple(fc.constantFrom('', '<', '>'), fc.bigInt(), fc.bigInt())
      .map(([mark, value, count]) => `  ${mark}${value} |@ ${count}`),
  );
  fc.assert(
    fc.property(fc.array(line), lines => {
      const { found, counts } = read(lines);
      expect(counts?.records).toBe(found.filter(({ kind }) => kind === 'record').length);
      expect(counts?.malformed).toBeGreaterThanOrEqual(0);
      expect((counts?.records ?? 0) + (counts?.malformed ?? 0)).toBeLessThanOrEqual(lines.length);
      expect(() => JSON.stringify(found)).not.toThrow();
    }),
  );
});
