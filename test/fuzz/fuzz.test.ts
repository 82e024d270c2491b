import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeInput } from './make-input.ts';
import type { Reader } from './reader.ts';
import { readers } from './readers/readers.ts';

/** The same inputs each time, so many of each reader; `npm run fuzz` makes others, longer ones, and as many as there is time for. */
const seed = 2026;
const count = 12;
/** Of 20,000 characters at most: what grows faster than its text is found by long ones. */
const scale = 0.02;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapbook-fuzz-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function readAll(reader: Reader): Promise<readonly string[]> {
  const thrown: string[] = [];
  for (let index = 0; index < count; index++) {
    try {
      await reader.read(makeInput(reader, { seed, index }, scale), join(folder, reader.name));
    } catch (error) {
      thrown.push(`npm run fuzz -- --only ${reader.name} --seed ${seed} --input ${index}: ${(error as Error).stack}`);
    }
  }
  return thrown;
}

test.each(readers.map((reader): [string, Reader] => [reader.name, reader]))('%s', async (_, reader) => {
  expect(await readAll(reader)).toEqual([]);
});

test('an input is the same each time', () => {
  for (const reader of readers) {
    const [first, again] = [0, 1].map(() => makeInput(reader, { seed, index: 7 }, scale));
    expect(again).toBe(first);
  }
});
