import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

interface EmbedShell {
  embedShell(folder: string): void;
  findPrograms(folder: string): readonly string[];
}
const { embedShell, findPrograms }: EmbedShell = await import(
  new URL('../../scripts/embed-shell.mjs', import.meta.url).href
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-shell-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function add(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function embedded(path: string): Promise<unknown> {
  embedShell(folder);
  return JSON.parse(/ = (".*");\n$/.exec(await readFile(join(folder, path), 'utf8'))?.[1] ?? 'null');
}

test('what a script takes in stands in its place, and what they do is the same', async () => {
  await add(
    'host/ask-all.sh',
    '# shellcheck shell=sh\n# Asks.\n\nset -u\n. ../shell/say.sh\n{\n  . ./end.sh\n}\n# Why.\nsay "$end"\n',
  );
  await add('host/end.sh', '# The end.\nend="a\n# no comment"\n. ../shell/say.sh\n');
  await add('shell/say.sh', '# shellcheck shell=sh\n\n# As it is.\nsay() { printf \'%s\\n\' "$1"; }\n');
  const text = await embedded('host/ask-all.generated.ts');
  const say = '# As it is.\nsay() { printf \'%s\\n\' "$1"; }';
  expect(text).toBe(`set -u\n${say}\n{\nend="a\n# no comment"\n${say}\n}\n# Why.\nsay "$end"\n`);
  const run = (...args: readonly string[]): string =>
    execFileSync('sh', args, { cwd: join(folder, 'host'), encoding: 'utf8' });
  expect(run('-c', String(text))).toBe(run('ask-all.sh'));
  expect(findPrograms(folder)).toEqual([join(folder, 'host/ask-all.sh')]);
  expect(await readFile(join(folder, 'host/ask-all.generated.ts'), 'utf8')).toMatch(
    /^export const askAllScript: string = /,
  );
});

test('a program keeps its first line', async () => {
  await add('askpass.sh', '#!/bin/sh\n# Answers.\n\necho yes\n');
  expect(await embedded('askpass.generated.ts')).toBe('#!/bin/sh\necho yes\n');
});

test('what has not changed is not written again', async () => {
  await add('a.sh', 'echo\n');
  await embedded('a.generated.ts');
  const before = await stat(join(folder, 'a.generated.ts'));
  await embedded('a.generated.ts');
  expect((await stat(join(folder, 'a.generated.ts'))).mtimeMs).toBe(before.mtimeMs);
  await add('a.sh', 'echo more\n');
  expect(await embedded('a.generated.ts')).toBe('echo more\n');
});

test('a part that is not there, or that takes in itself, is refused', async () => {
  await add('a.sh', '. ./none.sh\n');
  expect(() => embedShell(folder)).toThrow(/none\.sh/);
  await add('none.sh', '. ./none.sh\n');
  expect(() => embedShell(folder)).toThrow(/none\.sh takes in .*none\.sh/);
});
