import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenizeStp } from '../../src/script/tokenize-stp.ts';

/** `kind text`, a token each; an operator is its text alone. */
function cut(text: string): readonly string[] {
  return tokenizeStp(text).map(token => (token.kind === 'operator' ? token.text : `${token.kind} ${token.text}`));
}

describe('tokens', () => {
  test.each([
    ['identifiers and numbers', 'ab_1 0x1F 42 017', ['identifier ab_1', 'number 0x1F', 'number 42', 'number 017']],
    ['a comment with #', 'a # b\nc', ['identifier a', 'identifier c']],
    ['a comment with //', 'a // "b\nc', ['identifier a', 'identifier c']],
    ['a comment over lines', 'a /* b\n * exit() */ c', ['identifier a', 'identifier c']],
    ['a quotient', 'a / b', ['identifier a', '/', 'identifier b']],
    ['a string with escapes', String.raw`"a\"b\\" c`, [String.raw`string "a\"b\\"`, 'identifier c']],
    ['comment signs in a string', '"# // /* %{" x', ['string "# // /* %{"', 'identifier x']],
    ['arguments', '$1 @2 $# @#', ['argument $1', 'argument @2', 'argument $#', 'argument @#']],
    ['target variables', '$fd $$vars->x', ['target-variable $fd', 'target-variable $$vars', '->', 'identifier x']],
    ['pretty-printed ones', '$a$ $$parms$$+1', ['target-variable $a$', 'target-variable $$parms$$', '+', 'number 1']],
    ['at-words', '@count(x)', ['at-word @count', '(', 'identifier x', ')']],
    ['embedded C', '%{ a "%" } %} b', ['embedded-c %{ a "%" } %}', 'identifier b']],
    ['a wrapping array', 'a%[10]', ['identifier a', '%', '[', 'number 10', ']']],
    [
      'the preprocessor',
      '%( 1 %? a %: b %)',
      [
        'preprocessor %(',
        'number 1',
        'preprocessor %?',
        'identifier a',
        'preprocessor %:',
        'identifier b',
        'preprocessor %)',
      ],
    ],
    ['aggregation', 'a <<< 1', ['identifier a', '<<<', 'number 1']],
    ['assignments', '<<= >>= .= %= == <= =', ['<<=', '>>=', '.=', '%=', '==', '<=', '=']],
    ['steps', 'a++ --b', ['identifier a', '++', '--', 'identifier b']],
    ['matches', 'a =~ b !~ c != d', ['identifier a', '=~', 'identifier b', '!~', 'identifier c', '!=', 'identifier d']],
    ['a stray letter', 'é', ['é']],
  ])('%s', (_what, text, expected) => {
    expect(cut(text)).toEqual(expected);
  });

  test('what is not closed ends with the text, a string with its line', () => {
    expect(cut('a /* b')).toEqual(['identifier a']);
    expect(cut('a %{ b\nc')).toEqual(['identifier a', 'embedded-c %{ b\nc']);
    expect(cut('"a\nb')).toEqual(['string "a', 'identifier b']);
    expect(cut('"a\\')).toEqual(['string "a\\']);
    expect(cut('%( a')).toEqual(['preprocessor %(', 'identifier a']);
    expect(cut('# a')).toEqual([]);
  });
});

describe('any text at all', () => {
  const pieces = ['"', '\\', '\n', '#', '//', '/*', '*/', '%{', '%}', '%(', '%)', '$', '@', '$1', 'a', '0x', '9', ' '];
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.constantFrom(...pieces, '<<', '=', '{', '}', 'probe', 'é', '😀')).map(parts => parts.join('')),
  );

  test('tokens stand in order, never overlap, and say what the text says there', () => {
    fc.assert(
      fc.property(text, written => {
        let last = 0;
        for (const { text: said, start, end } of tokenizeStp(written)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(written.slice(start, end)).toBe(said);
          last = end;
        }
      }),
    );
  });

  test('what no token covers is blank or a comment', () => {
    fc.assert(
      fc.property(text, written => {
        let last = 0;
        const gaps: string[] = [];
        for (const { start, end } of [...tokenizeStp(written), { start: written.length, end: written.length }]) {
          gaps.push(written.slice(last, start));
          last = end;
        }
        for (const gap of gaps) {
          const rest = gap.replace(/\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/g, '');
          expect(rest).toBe('');
        }
      }),
    );
  });
});
