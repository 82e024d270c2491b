import { expect, test } from 'vitest';
import { columnsOf } from '../../../src/report/live/columns-of.ts';

test.each([
  ['a terminal', [{ columns: 120 }], 120],
  ['none', [{}], 80],
  ['one that does not know its width', [{ columns: 0 }], 80],
  ['one beside another that does', [{ columns: 0 }, { columns: 132 }], 132],
])('the width of %s', (_, streams, width) => {
  expect(columnsOf(...streams)).toBe(width);
});
