import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeProgram } from '../../src/cli/arguments/command-line.ts';
import { exitCodeFor, exitCodeMeanings, exitCodes } from '../../src/cli/exit-code.ts';

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

test('each code has its meaning, in order', () => {
  expect(Object.keys(exitCodeMeanings).map(Number)).toEqual(Object.values(exitCodes));
});

test('the help and the reference have the codes that exist', () => {
  const reference = readFileSync(new URL('../../docs/reference/exit-codes.md', import.meta.url), 'utf8');
  const rows = [...reference.matchAll(/^\| (\d+) +\|/gm)].map(match => Number(match[1]));
  expect(rows).toEqual(Object.values(exitCodes));
  let help = '';
  const program = describeProgram(() => {}).configureOutput({
    writeOut: text => {
      help += text;
    },
  });
  program.outputHelp();
  const [, listed = ''] = help.split('Exit codes:');
  expect([...listed.matchAll(/^ {2}(\d+) /gm)].map(match => Number(match[1]))).toEqual(Object.values(exitCodes));
});
