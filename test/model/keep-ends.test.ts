import { expect, test } from 'vitest';
import { keepEnds, shortenText } from '../../src/model/keep-ends.ts';

test('all that there is room for is kept as it was', () => {
  const kept = keepEnds({ all: 1000, line: 100 });
  for (const line of ['a', '', 'b']) kept.add(line);
  expect(kept.lines()).toEqual(['a', '', 'b']);
  expect(shortenText('a\n\nb\n', { all: 1000, line: 100 })).toBe('a\n\nb\n');
});

test('of a million lines the first and the last are kept, and the others counted', () => {
  const kept = keepEnds({ all: 1000, line: 100 });
  for (let at = 0; at < 1_000_000; at++) kept.add(String(at));
  const lines = kept.lines();
  expect(lines.slice(0, 2)).toEqual(['0', '1']);
  expect(lines.at(-1)).toBe('999999');
  const [told = '', more = ''] = lines.flatMap(line => /^… and (\d+) more lines$/.exec(line) ?? []);
  expect(told).not.toBe('');
  expect(lines.length - 1 + Number(more)).toBe(1_000_000);
  expect(lines.join('').length).toBeLessThan(1000);
});

test.each([
  ['empty', ''],
  ['long', 'x'.repeat(500)],
])('many %s lines are bounded as well', (_what, line) => {
  const kept = keepEnds({ all: 10_000, line: 100 });
  for (let at = 0; at < 100_000; at++) kept.add(line);
  expect(kept.lines().length).toBeLessThan(210);
  expect(kept.lines().join('\n').length).toBeLessThan(11_000);
  expect(kept.lines()[0]?.length).toBe(Math.min(line.length, 100));
});

test('a line that is one too many is said to be one', () => {
  const kept = keepEnds({ all: 210, line: 100 });
  for (const line of ['a', 'b', 'c', 'd', 'e']) kept.add(line);
  expect(kept.lines()).toEqual(['a', 'b', '… and 1 more line', 'd', 'e']);
  expect(shortenText(`${'a\n'.repeat(1000)}end`, { all: 400, line: 100 })).toMatch(
    /^a\na\na\n… and 995 more lines\na\na\nend$/,
  );
});
