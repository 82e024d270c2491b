import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findSignal } from '../../../src/engine/supervisor/find-signal.ts';

test('signals by 128 and their number, as bash on Linux names them', () => {
  const numbers = Array.from({ length: 31 }, (_, index) => index + 1);
  const list = 'for number; do kill -l "$number"; done';
  const printed = execFileSync('bash', ['-c', list, 'bash', ...numbers.map(String)], { encoding: 'utf8' });
  const ofBash = printed
    .trim()
    .split('\n')
    .map((name, index) => ({ number: index + 1, name }));
  expect(numbers.map(number => findSignal(128 + number))).toEqual(ofBash);
});

test('those without names, behind two that the C library keeps to itself', () => {
  expect([32, 33].map(number => findSignal(128 + number))).toEqual([undefined, undefined]);
  expect([34, 35, 64].map(number => findSignal(128 + number)?.name)).toEqual(['RTMIN', 'RTMIN+1', 'RTMIN+30']);
});

test.each([-1, 0, 1, 127, 128, 193, 234, 255])('%i is no signal', code => {
  expect(findSignal(code)).toBeUndefined();
});
