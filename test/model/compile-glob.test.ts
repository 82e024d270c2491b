import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { compileGlob } from '../../src/model/compile-glob.ts';

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

  test.each([60, 86, 60_000])('%d stars come to an end', stars => {
    expect(compileGlob('*a'.repeat(stars)).test(`${'a'.repeat(200)}b`)).toBe(false);
    expect(compileGlob('*'.repeat(stars)).test('a'.repeat(200))).toBe(true);
  });

  test.each([
    ['[z-ab]', 'b', 'z a'],
    ['[!z-a]', 'b z', ''],
    ['[a-]', 'a -', 'b'],
    ['[-a]', 'a -', 'b'],
    ['[!]a]', 'b', '] a'],
    ['[*?]', '* ?', 'a'],
    ['[\\]', '\\', 'a'],
  ])('of %s a range that runs backwards is empty, and signs stand for themselves', (glob, matching, others) => {
    const names = [...matching.split(' '), ...others.split(' ')].filter(name => name !== '');
    expect(names.filter(name => compileGlob(glob).test(name)).join(' ')).toBe(matching);
  });

  test('without classes, brackets stand for themselves', () => {
    const pattern = compileGlob('[db?]:*', 'without-classes');
    expect(['[db1]:22', 'd:22', '[db]:22'].map(name => pattern.test(name))).toEqual([true, false, false]);
  });
});
