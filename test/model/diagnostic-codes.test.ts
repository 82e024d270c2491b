import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diagnosticCodes } from '../../src/model/diagnostic-codes.ts';
import { lintRules } from '../../src/model/lint-rules.ts';

const inScripts = Object.keys(lintRules);
const elsewhere = Object.values(diagnosticCodes).flatMap(codes => Object.keys(codes));

/** That a code of a finding is in a table, the compiler holds (`DiagnosticCode`); that nothing else is in one, this. */
test('each code of the tables is one that is found', () => {
  const src = new URL('../../src/', import.meta.url).pathname;
  const texts = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !/^model\/(?:diagnostic-codes|lint-rules)\.ts$/.test(path))
    .map(path => readFileSync(`${src}${path}`, 'utf8'));
  const isFound = (code: string): boolean => texts.some(text => text.includes(`'${code}'`));
  expect([...inScripts, ...elsewhere].filter(code => !isFound(code))).toEqual([]);
});

test('a code stands in one place', () => {
  const counted = new Map<string, number>();
  for (const code of [...inScripts, ...elsewhere]) counted.set(code, (counted.get(code) ?? 0) + 1);
  expect([...counted].filter(([, count]) => count > 1)).toEqual([]);
  expect(counted.size).toBeGreaterThan(140);
});
