import { expect, test } from 'vitest';
import { wholeTimer } from '../../src/script/whole-timer.ts';

test.each([
  ['s', '0.5', { unit: 'ms', count: 500 }],
  ['s', '0.3', { unit: 'ms', count: 300 }],
  ['sec', '1.5', { unit: 'ms', count: 1500 }],
  ['s', '.0005', { unit: 'us', count: 500 }],
  ['ms', '2.5', { unit: 'us', count: 2500 }],
  ['ns', '0.5', undefined],
  ['hz', '0.5', undefined],
  ['s', '0.0000000001', undefined],
  ['s', '5', undefined],
])('timer.%s(%s)', (unit, text, timer) => {
  expect(wholeTimer(unit, text)).toEqual(timer);
});
