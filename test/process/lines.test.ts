import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from '../../src/process/lines.ts';

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function linesOf(bytes: Uint8Array, sizes: readonly number[], maxLineBytes = 1_000): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of splitLines(inChunks(bytes, sizes), { maxLineBytes })) lines.push(line);
  return lines;
}

describe('splitLines', () => {
  it('takes off newlines of both kinds, and needs none at the end', async () => {
    expect(await linesOf(Buffer.from('a\r\nb\n\n\r\nc\rd\ne'), [100])).toEqual(['a', 'b', '', '', 'c\rd', 'e']);
    expect(await linesOf(Buffer.from('a\n'), [100])).toEqual(['a']);
    expect(await linesOf(Buffer.from(''), [100])).toEqual([]);
  });

  it('puts characters together that came in two chunks', async () => {
    expect(await linesOf(Buffer.from('é日😀\nø'), [1])).toEqual(['é日😀', 'ø']);
  });

  it('shows bytes that are no UTF-8 as U+FFFD', async () => {
    expect(await linesOf(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82]), [2])).toEqual(['a\ufffdb', '\ufffd']);
  });

  it('cuts a line that is too long', async () => {
    expect(await linesOf(Buffer.from('abcdefgh\r\nabcd\r\nx'), [3], 4)).toEqual(['abcd', 'efgh', 'abcd', 'x']);
    expect(await linesOf(Buffer.from('abc😀d'), [100], 4)).toEqual(['abc', '😀d']);
  });

  it('gives the same whatever the chunks are', async () => {
    const text = fc.array(fc.constantFrom('a', 'bcdef', '\n', '\r\n', '\r', 'é', '😀'), { maxLength: 40 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(text, sizes, fc.integer({ min: 2, max: 12 }), async (parts, some, limit) => {
        const whole = Buffer.from(parts.join(''));
        const lines = await linesOf(whole, some, limit);
        expect(lines).toEqual(await linesOf(whole, [10_000], limit));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('is what split() gives where no line is too long', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[^\r\n]*$/)),
        fc.integer({ min: 1, max: 50 }),
        async (lines, size) => {
          const text = lines.map(line => `${line}\n`).join('');
          expect(await linesOf(Buffer.from(text), [size], 10_000)).toEqual(text.split('\n').slice(0, -1));
        },
      ),
    );
  });

  it('holds no more than one line of a flood without newlines', async () => {
    async function* flood(): AsyncGenerator<Uint8Array, void, undefined> {
      for (let index = 0; index < 1_000; index++) yield Buffer.alloc(64 * 1024, 'x');
    }
    let pieces = 0;
    for await (const piece of splitLines(flood(), { maxLineBytes: 65_536 })) {
      expect(piece.length).toBeLessThanOrEqual(65_536);
      pieces++;
    }
    expect(pieces).toBe(1_000);
  });
});
