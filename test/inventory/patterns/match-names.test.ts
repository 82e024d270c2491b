import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { compileGlob, matchRegex } from '../../../src/inventory/patterns/match-names.ts';

describe('compileGlob', () => {
  test.each([
    ['db*', 'db db1 db.example.com db/x', 'web xdb DB'],
    ['*.example.com', 'a.example.com .example.com a.b.example.com', 'example.com aXexample.com'],
    ['db?', 'db1 db.', 'db db12'],
    ['db[12]', 'db1 db2', 'db3 db'],
    ['db[!12]', 'db3', 'db1 db'],
    ['db[a-c]', 'dba dbc', 'dbd db-'],
    ['db[]x]', 'db] dbx', 'db'],
    ['db[z-a]', '', 'dbz db-'],
    ['db[', 'db[', 'db'],
    ['db[^a]', 'dba db^', 'dbb'],
    ['a**b*', 'ab axb axbx', 'ba'],
    ['a.b+(c)', 'a.b+(c)', 'axb+(c) a.bbc'],
    ['*1*0', '1x0 10', '01'],
    ['*', 'anything', ''],
  ])('%s', (glob, matching, others) => {
    const pattern = compileGlob(glob);
    const names = [...matching.split(' '), ...others.split(' ')].filter(name => name !== '');
    expect(names.filter(name => pattern.test(name)).join(' ')).toBe(matching);
  });

  test('says of stars and question marks what picomatch says', () => {
    const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text('ab*?'), text('ab'), (glob, name) => {
        expect(compileGlob(glob).test(name)).toBe(picomatch.isMatch(name, glob, { bash: true }));
      }),
    );
  });

  test('many stars come to an end', () => {
    expect(compileGlob('*a'.repeat(60)).test(`${'a'.repeat(200)}b`)).toBe(false);
  });
});

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
