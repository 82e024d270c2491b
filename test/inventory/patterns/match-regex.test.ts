import { describe, expect, test } from 'vitest';
import { createRegexMatcher } from '../../../src/inventory/patterns/match-regex.ts';

const matchRegex = createRegexMatcher();

describe('createRegexMatcher', () => {
  const names = ['web1', 'web2', 'db1', 'myweb', 'WEB3'];

  test.each([
    ['web', 'web1 web2'],
    ['.*web', 'web1 web2 myweb'],
    ['web1$', 'web1'],
    ['web1|db', 'web1 db1'],
    [String.raw`(?P<kind>web|db)\d\Z`, 'web1 web2 db1'],
    ['(?i)web', 'web1 web2 WEB3'],
    ['', 'web1 web2 db1 myweb WEB3'],
  ])('%s', (source, found) => {
    expect(matchRegex(source, names)).toEqual({ ok: true, value: found.split(' ') });
  });

  test('says what is wrong with an expression', () => {
    expect(matchRegex('(web', names)).toEqual({ ok: false, error: 'Unterminated group' });
  });

  test('ends an expression that finds no end', () => {
    expect(matchRegex('(a+)+$', [`${'a'.repeat(60)}!`])).toEqual({ ok: false, error: 'it finds no end within 1 s' });
  });

  test('one that is too large to be used is refused', () => {
    expect(matchRegex('a'.repeat(200_000), names)).toEqual({ ok: false, error: 'Regular expression too large' });
  });

  test('many that find no end share their time, and say so', () => {
    const match = createRegexMatcher();
    const errors = Array.from({ length: 60 }, (_, index) => match(`(a+)+${index}`, [`${'a'.repeat(60)}!`])).map(
      found => (found.ok ? 'found' : found.error),
    );
    expect(errors.slice(0, 2)).toEqual(['it finds no end within 1 s', 'it finds no end within 1 s']);
    expect(errors.at(-1)).toBe('those before it took 3 s');
  });
});
