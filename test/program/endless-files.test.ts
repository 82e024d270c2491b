import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTapbook } from '../support/tapbook.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-endless-'));
  for (const name of ['a', 'b/group_vars', 'c/group_vars']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name, 'hosts'), 'db1\n');
  await symlink('/dev/zero', join(folder, 'b/group_vars/all.yml'));
  execFileSync('mkfifo', [join(folder, 'fifo'), join(folder, 'c/group_vars/all.yml')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.concurrent.each([
  ['an inventory', ['inventory', 'list', '-i', '/dev/zero'], 3],
  ['an inventory that is a pipe nobody writes to', ['inventory', 'list', '-i', 'fifo'], 3],
  ['variables of a group', ['inventory', 'list', '-i', 'b/hosts'], 3],
  ['variables of a group that are a pipe', ['inventory', 'list', '-i', 'c/hosts'], 3],
  ['extra variables', ['facts', '-i', 'a/hosts', '-e', '@/dev/zero'], 3],
  ['a limit', ['facts', '-i', 'a/hosts', '--limit', '@/dev/zero'], 8],
  ['a password', ['facts', '-i', 'a/hosts', '--become-password-file', '/dev/zero'], 3],
  ['a playbook', ['check', '/dev/zero', '-i', 'a/hosts'], 3],
  ['a plan', ['apply', '/dev/zero', '-i', 'a/hosts'], 3],
] as const)('%s without an end is refused, and its cause said', async (_what, args, exitCode) => {
  const { code, stderr } = await runTapbook(args, {
    cwd: folder,
    env: { XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
  });
  expect(stderr).toMatch(/^error \S+: .*(?:is larger than \d+ MB|is a pipe or a socket)/m);
  expect(code).toBe(exitCode);
});
