import { describe, expect, test } from 'vitest';
import { matchRegex } from '../../../src/inventory/patterns/match-regex.ts';

describe('matchRegex', () => {
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
});
