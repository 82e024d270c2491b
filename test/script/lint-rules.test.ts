import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lintRules } from '../../src/script/lint-rules.ts';

/** That a code is in the table, the compiler holds (`LintFinding`); that nothing else is in it, this. */
test('each code of the table is one that is found', () => {
  const src = new URL('../../src/', import.meta.url).pathname;
  const linters = readdirSync(`${src}script`).filter(name => name.startsWith('lint-') && name !== 'lint-rules.ts');
  const texts = [
    ...linters.map(name => `script/${name}`),
    'module/stap/judge-stap-messages.ts',
    'module/stap/check-with-stap.ts',
    'engine/sources/check-stap.ts',
  ].map(path => readFileSync(`${src}${path}`, 'utf8'));
  const isFound = (code: string): boolean => texts.some(text => text.includes(`'${code}'`));
  expect(Object.keys(lintRules).filter(code => !isFound(code))).toEqual([]);
});
