import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeProgram } from '../../src/cli/arguments/describe-program.ts';
import {
  exitCodeMeanings,
  exitCodeOfHosts,
  exitCodeOfRefusal,
  exitCodeOfResults,
  exitCodes,
} from '../../src/cli/exit-code.ts';
import type { RefusalKind } from '../../src/model/refusal.ts';

const none = { failed: 0, 'left-behind': 0, unreachable: 0 };

test.each([
  [{}, 0],
  [{ failed: 1 }, 2],
  [{ 'left-behind': 1 }, 2],
  [{ unreachable: 1 }, 4],
  [{ unreachable: 1, failed: 1 }, 6],
  [{ unreachable: 1, 'left-behind': 1 }, 6],
])('%j is %i', (counts, code) => {
  expect(exitCodeOfHosts({ ...none, ...counts })).toBe(code);
});

test.each([
  [[], 0],
  [['ready', 'clean', 'ok'], 0],
  [['ready', 'failed'], 2],
  [['unreachable'], 4],
  [['failed', 'unreachable'], 6],
])('results %j are %i', (results, code) => {
  expect(exitCodeOfResults(results)).toBe(code);
});

test.each<[RefusalKind, number]>([
  ['invalid-input', 3],
  ['wrong-usage', 5],
  ['plan-no-longer-fits', 7],
  ['no-hosts', 8],
  ['locked', 9],
])('what is refused as %s ends with %i', (kind, code) => {
  expect(exitCodeOfRefusal(kind)).toBe(code);
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
