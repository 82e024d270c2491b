import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exitCodeFor, exitCodes } from '../../src/cli/exit-code.ts';

const none = { failed: 0, 'left-behind': 0, unreachable: 0, interrupted: 0 };

test.each([
  [{}, false, 0],
  [{ failed: 1 }, false, 2],
  [{ 'left-behind': 1 }, false, 2],
  [{ unreachable: 1 }, false, 4],
  [{ unreachable: 1, failed: 1 }, false, 6],
  [{ unreachable: 1, 'left-behind': 1 }, false, 6],
  [{ failed: 1 }, true, 130],
])('%j, interrupted: %s is %i', (counts, interrupted, code) => {
  expect(exitCodeFor({ ...none, ...counts }, interrupted)).toBe(code);
});

test("the README's table has the codes that exist", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(match => Number(match[1]));
  expect(rows).toEqual(Object.values(exitCodes));
});
