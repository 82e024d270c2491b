import { expect, test } from 'vitest';
import { exitCodeBeforehand, exitCodeOfRun } from '../../../src/cli/session/exit-code-of-run.ts';
import type { StopCause } from '../../../src/model/event.ts';
import { noHosts } from '../../support/sample-run.ts';

const none = { ...noHosts, ok: 1 };

test.each<[StopCause | undefined, Partial<typeof none>, 'the-end' | 'cut-short', number]>([
  [undefined, {}, 'the-end', 0],
  [undefined, { failed: 1 }, 'the-end', 2],
  ['signal', {}, 'the-end', 130],
  ['signal', { failed: 1, unreachable: 1 }, 'cut-short', 130],
  ['timeout', { interrupted: 2 }, 'the-end', 2],
  ['timeout', { unreachable: 1 }, 'cut-short', 6],
  ['output-lost', {}, 'the-end', 2],
  // Who has read enough and goes is no failure, unless it had work cut short.
  ['reader-gone', {}, 'the-end', 0],
  ['reader-gone', { interrupted: 1 }, 'the-end', 130],
  ['reader-gone', { 'not-started': 1 }, 'the-end', 130],
  ['reader-gone', {}, 'cut-short', 130],
  ['reader-gone', { failed: 1, interrupted: 1 }, 'the-end', 2],
  ['reader-gone', { unreachable: 1 }, 'the-end', 4],
])('stopped by %s with %j, %s: %i', (stopped, hosts, reached, code) => {
  expect(exitCodeOfRun({ hosts: { ...none, ...hosts }, reached, fits: 'yes' }, stopped)).toBe(code);
});

test('a saved plan that no longer fits has a code of its own, unless somebody has stopped it', () => {
  const refused = { hosts: { ...none, failed: 1 }, reached: 'the-end', fits: 'no' } as const;
  expect(exitCodeOfRun(refused, undefined)).toBe(7);
  expect(exitCodeOfRun(refused, 'signal')).toBe(130);
});

test.each<[StopCause, number]>([
  ['signal', 130],
  ['timeout', 2],
  ['reader-gone', 130],
  ['output-lost', 2],
])('before anything has begun, %s: %i', (stopped, code) => {
  expect(exitCodeBeforehand(stopped)).toBe(code);
});
