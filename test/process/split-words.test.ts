import { describe, expect, test } from 'vitest';
import { splitWords } from '../../src/process/split-words.ts';

function wordsOf(line: string): readonly string[] {
  const words = splitWords(line);
  if (!words.ok) throw new Error(words.error.message);
  return words.value.map(word => word.text);
}

describe('splitWords', () => {
  // The right column is what Python 3.11 prints for shlex.split(line, comments=True).
  test.each<[line: string, words: string[]]>([
    ['', []],
    ['  \t', []],
    ['db1', ['db1']],
    ['db1 a=1\tb=2', ['db1', 'a=1', 'b=2']],
    ['db1 a="x y" b=\'x y\'', ['db1', 'a=x y', 'b=x y']],
    ['db1 a=x\\ y', ['db1', 'a=x y']],
    ['db1 a="say \\"hi\\" \\n"', ['db1', 'a=say "hi" \\n']],
    ["db1 a='no \\ escape'", ['db1', 'a=no \\ escape']],
    ['db1 a="x"\'y\'z', ['db1', 'a=xyz']],
    ['db1 "a=x y"', ['db1', 'a=x y']],
    ['db1 a=""', ['db1', 'a=']],
    ['""', ['']],
    ['db1 # a=1', ['db1']],
    ['db1#a=1', ['db1']],
    ['db1 a="#1" b=#2', ['db1', 'a=#1', 'b=']],
    ['db1 a=1;b', ['db1', 'a=1;b']],
    ['db1 a=\'"7"\'', ['db1', 'a="7"']],
  ])('%j', (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  test('knows where each word stands, quotes and all', () => {
    expect(splitWords('db1  a="x y" ')).toEqual({
      ok: true,
      value: [
        { text: 'db1', start: 0, end: 3 },
        { text: 'a=x y', start: 5, end: 12 },
      ],
    });
  });

  test.each([
    ['db1 a="x', { message: 'the quote " is never closed', start: 6 }],
    ["db1 a='x", { message: "the quote ' is never closed", start: 6 }],
    ['db1 a=x\\', { message: 'nothing follows the backslash', start: 7 }],
  ])('refuses %j', (line, error) => {
    expect(splitWords(line)).toEqual({ ok: false, error });
  });
});
