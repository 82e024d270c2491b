import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../src', import.meta.url).pathname;

/** Where the streams of this process are handed to what writes, and where terminals and their ends are dealt with. */
const allowed = [
  'main.ts',
  'cli/compose.ts',
  'cli/own-console.ts',
  'cli/session/watch-output.ts',
  'cli/session/unblock-terminal.ts',
];

/** The lines of a file that reach for a standard stream; not those of a `process` of the file's own, and no comments. */
function reachesIn(text: string): readonly string[] {
  const hasOwn = /\b(?:const|let) process\b|[(,{]\s*process\s*[,:}]/.test(text);
  if (hasOwn) return [];
  return text
    .split('\n')
    .filter(line => !/^\s*(?:\/?\*|\/\/)/.test(line))
    .filter(line => /\bprocess\.(?:stdout|stderr)\b|\{[^}]*\bstd(?:out|err)\b[^}]*\}\s*=\s*process\b/.test(line));
}

test('only report/ writes to standard output and standard error', async () => {
  const names = (await readdir(root, { recursive: true })).filter(name => name.endsWith('.ts'));
  const writers = [];
  for (const name of names.sort()) {
    if (name.startsWith('report/') || allowed.includes(name)) continue;
    const lines = reachesIn(await readFile(join(root, name), 'utf8'));
    writers.push(...lines.map(line => `${name}: ${line.trim()}`));
  }
  expect(names.length).toBeGreaterThan(100);
  // Print with `ownConsole`; what a text says belongs into report/texts/.
  expect(writers).toEqual([]);
});

test.each([
  ["  process.stdout.write('x');", 1],
  ['  const { stdout, env } = process;', 1],
  ["  // process.stdout.write('x');", 0],
  ["  const process = start();\n  process.stdout.on('data', read);", 0],
])('%j is found %i times', (text, times) => {
  expect(reachesIn(text)).toHaveLength(times);
});
