import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeParameter } from '../../../src/engine/supervisor/encode-parameter.ts';
import { matchGlobals } from '../../../src/engine/supervisor/match-globals.ts';
import type { ModuleName } from '../../../src/model/ids.ts';

const module = {
  module: 'hello' as ModuleName,
  parameters: [
    { name: 'n', type: 'int64_t' },
    { name: 'who', type: 'string' },
    { name: '_stp_bufsize', type: 'int' },
  ],
};
const match = (name: string, value: string) => matchGlobals([{ name, value }], module, 127);

describe('numbers', () => {
  test.each(['0', '5', '-1', '0x10', '9223372036854775807', '-9223372036854775808'])('%s fits', value => {
    expect(match('n', value)).toBeUndefined();
  });

  test.each([
    ['5abc', '"5abc" is no number, and the script wants one'],
    ['', '"" is no number, and the script wants one'],
    ['1.5', '"1.5" is no number, and the script wants one'],
    // The kernel would read it as 8.
    ['010', '"010" is no number, and the script wants one'],
    ['9223372036854775808', '9223372036854775808 does not fit into 64 bits'],
    ['-9223372036854775809', '-9223372036854775809 does not fit into 64 bits'],
  ])('%j does not', (value, problem) => {
    expect(match('n', value)).toEqual({ stage: 'load', cause: `global n: ${problem}` });
  });
});

describe('names', () => {
  test('one that is not a parameter', () => {
    expect(match('whoo', 'x')).toEqual({
      stage: 'load',
      cause: 'module hello has no global whoo that can be set',
      cure: 'did you mean "who"?',
    });
    expect(match('zebra', 'x')?.cure).toBe('only scalar globals that the script uses can be set: n, who');
  });

  test("the runtime's own cannot be set", () => {
    expect(match('_stp_bufsize', '1')?.cause).toBe('module hello has no global _stp_bufsize that can be set');
  });
});

describe('texts', () => {
  test.each([
    ['plain', 'who=plain'],
    ['two words', 'who="two words"'],
    ['', 'who='],
    ['line\nbreak', 'who="line\nbreak"'],
    // Its UTF-8 is c3 a0, and the kernel takes a0 for a space.
    ['à', 'who="à"'],
    ['say "hi"', 'who="say "hi""'],
  ])('%j is written as %j', (value, written) => {
    expect(encodeParameter('who', value)).toBe(written);
    expect(match('who', value)).toBeUndefined();
  });

  test('what the kernel cannot be told is refused', () => {
    expect(match('who', 'a "b')?.cause).toBe('global who: the kernel has no way to take the double quotes in "a \\"b"');
    expect(match('who', 'x'.repeat(128))?.cause).toBe(
      'global who: the text is 128 bytes long, a string of this module holds 127',
    );
    expect(match('who', 'x'.repeat(127))).toBeUndefined();
  });

  test("the kernel's own parser reads back what is written, and nothing else", () => {
    const part = fc.constantFrom('a', ' ', '"', '\t', '=', ',', 'à', '€', '\\', "'", '\n', 'n=9');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), parts => {
        const value = parts.join('');
        const written = encodeParameter('who', value);
        if (written !== undefined)
          expect(nextArgs(`${written} n=1`)).toEqual([
            ['who', value],
            ['n', '1'],
          ]);
        else expect(value).toContain('"');
      }),
    );
  });
});

/** `parse_args` and `next_arg` of the kernel's lib/cmdline.c, line by line, over bytes. */
function nextArgs(text: string): [string, string][] {
  let args = Buffer.from(text);
  const isSpace = (byte: number | undefined): boolean =>
    byte !== undefined && (byte === 0x20 || (byte >= 9 && byte <= 13) || byte === 0xa0);
  const found: [string, string][] = [];
  while (args.length > 0) {
    while (isSpace(args[0])) args = args.subarray(1);
    if (args.length === 0) break;
    let inQuote = false;
    let equals = 0;
    let quoted = false;
    if (args[0] === 0x22) {
      args = args.subarray(1);
      inQuote = true;
      quoted = true;
    }
    let index = 0;
    for (; index < args.length; index++) {
      if (isSpace(args[index]) && !inQuote) break;
      if (equals === 0 && args[index] === 0x3d) equals = index;
      if (args[index] === 0x22) inQuote = !inQuote;
    }
    let end = index;
    let start = equals + 1;
    if (equals !== 0 && args[start] === 0x22) {
      start++;
      if (args[index - 1] === 0x22 && index - 1 >= start) end = index - 1;
    }
    if (quoted && index > 0 && args[index - 1] === 0x22) end = index - 1;
    found.push([args.subarray(0, equals).toString(), args.subarray(start, end).toString()]);
    args = args.subarray(Math.min(args.length, index + 1));
  }
  return found;
}
