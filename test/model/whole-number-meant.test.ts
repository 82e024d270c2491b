import { expect, test } from 'vitest';
import { wholeNumberMeant } from '../../src/model/whole-number-meant.ts';

test.each([
  ['2.0', '2'],
  ['-2.', '-2'],
  ['+5', '5'],
  ['08', '8'],
  ['1e3', '1000'],
  ['1.5E+1', '15'],
  ['1_000', '1000'],
  ['1,000,000', '1000000'],
  ['0.5', undefined],
  ['1e-3', undefined],
  ['1e30', undefined],
  ['10.0.0.1', undefined],
  ['1,5', undefined],
  ['5s', undefined],
  ['', undefined],
  ['.', undefined],
])('%s means %s', (text, meant) => {
  expect(wholeNumberMeant(text)).toBe(meant);
});
