import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean } from '../../src/model/did-you-mean.ts';

test.each([
  ['wbe', ['web', 'db'], 'did you mean "web"?'],
  ['interval', ['intervals', 'inter'], 'did you mean "intervals"?'],
  ['Interval', ['interval'], 'did you mean "interval"?'],
  ['db', ['web', 'cache'], undefined],
  ['databases', ['database', 'databaser'], 'did you mean "database"?'],
  ['xyzxyz', ['abcabc'], undefined],
  ['a', [], undefined],
  ['', ['ab'], undefined],
  ['x'.repeat(101), ['x'.repeat(101)], undefined],
])('%j among %j', (written, candidates, question) => {
  expect(didYouMean(written, candidates)).toBe(question);
});

const word = fc.string({ unit: fc.constantFrom(...'abcd'), minLength: 3, maxLength: 12 });

test('two neighbours that changed places are found', () => {
  fc.assert(
    fc.property(word, fc.nat(), (name, at) => {
      const place = at % (name.length - 1);
      const swapped = `${name.slice(0, place)}${name[place + 1]}${name[place]}${name.slice(place + 2)}`;
      expect(didYouMean(swapped, [name])).toBe(`did you mean "${name}"?`);
    }),
  );
});

test('only a candidate is ever named, and none that shares no letter', () => {
  fc.assert(
    fc.property(word, fc.array(word), (written, candidates) => {
      const question = didYouMean(written, candidates);
      if (question !== undefined) expect(candidates.map(name => `did you mean "${name}"?`)).toContain(question);
      expect(didYouMean(written, ['zzzzz'])).toBeUndefined();
    }),
  );
});
