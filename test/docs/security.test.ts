import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root: URL = new URL('../../', import.meta.url);
const page = 'docs/guide/security.md';

interface Claim {
  readonly line: number;
  readonly text: string;
  /** `test/a.test.ts: what the test is called`, one for each test that shows it. */
  readonly shownBy: readonly string[];
}

/** The page's list items; comments in them name the tests. */
function readClaims(text: string): readonly Claim[] {
  const claims: { line: number; text: string; shownBy: string[] }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const shownBy = /^ {2}<!-- (.+) -->$/.exec(line)?.[1];
    const last = claims.at(-1);
    if (line.startsWith('- ')) claims.push({ line: index + 1, text: line.slice(2), shownBy: [] });
    else if (shownBy !== undefined) last?.shownBy.push(shownBy);
    else if (line.startsWith('  ') && last !== undefined) last.text += ` ${line.trim()}`;
  }
  return claims;
}

test('each claim about security names tests that are there', () => {
  const claims = readClaims(readFileSync(new URL(page, root), 'utf8'));
  const wrong = claims.flatMap(({ line, text, shownBy }) => [
    ...(shownBy.length === 0 ? [`${page}:${line}: no test is named: ${text}`] : []),
    ...shownBy.filter(name => !isThere(name)).map(name => `${page}:${line}: there is no test ${name}`),
  ]);
  expect(wrong).toEqual([]);
  expect(claims.length).toBeGreaterThan(30);
});

test('claims without a test, and tests that are not there, are found', () => {
  expect(readClaims('- a\n  b\n- c\n  <!-- test/x.test.ts: y -->\ntext\n')).toEqual([
    { line: 1, text: 'a b', shownBy: [] },
    { line: 3, text: 'c', shownBy: ['test/x.test.ts: y'] },
  ]);
  expect(isThere('test/docs/security.test.ts: each claim about security names tests that are there')).toBe(true);
  expect(isThere('test/docs/security.test.ts: something else')).toBe(false);
  expect(isThere('test/docs/gone.test.ts: each claim')).toBe(false);
});

/** Whether a test of that file is called so. */
function isThere(name: string): boolean {
  const [path = '', title = ''] = name.split(/: (.*)/s);
  const file = new URL(path, root);
  return path.endsWith('.test.ts') && existsSync(file) && titlesOf(readFileSync(file, 'utf8')).has(title);
}

/** The texts in quotes behind an opening parenthesis, as titles of tests stand, or at the beginning of a row of `each`. */
function titlesOf(source: string): ReadonlySet<string> {
  return new Set(
    [...source.matchAll(/[([]\s*(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g)].map(([, , title = '']) =>
      title.replaceAll(/\\(.)/g, '$1'),
    ),
  );
}
