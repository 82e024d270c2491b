import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GitRepository, makeGitRepository } from '../support/git-repository.ts';
import {
  makeSecret,
  outsideTraps,
  plainFiles,
  type Secret,
  secretTexts,
  secretWord,
} from '../support/outside-traps.ts';
import { runTapbook } from '../support/tapbook.ts';

// A link is among the playbooks, the scripts, the inventories and the variables.
const links = [
  'a script that is a link',
  'a tapset that is a link',
  'variables of a group that are a link',
  'a link in a folder of inventories',
  'a playbook that is a link',
];

let repository: GitRepository;
let secret: Secret;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-confine-'));
  repository = await makeGitRepository();
  secret = await makeSecret(secretTexts['a script'] ?? '');
  await repository.commit(plainFiles);
  for (const name of links) await repository.write(outsideTraps[name]?.files(secret) ?? {});
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
  await secret[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command with a state and a cache of its own; with all that it prints and keeps. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const own = await mkdtemp(join(folder, 'run-'));
  const places = { XDG_STATE_HOME: join(own, 'state'), XDG_CACHE_HOME: join(own, 'cache') };
  const finished = await runTapbook(args, { cwd: repository.root, env: { ...places, ...env } });
  const names = await readdir(own, { recursive: true, withFileTypes: true });
  const files = names.filter(one => one.isFile());
  const kept = await Promise.all(files.map(one => readFile(join(one.parentPath, one.name), 'utf8')));
  return { ...finished, kept: kept.join('\n'), runs: names.filter(({ name }) => name === 'run.json').length };
}

const playbook = ['plays/io.yml', '-i', 'hosts'];
const inventories = ['-i', 'inventory'];

const commands: Readonly<Record<string, readonly string[]>> = {
  check: ['check', ...playbook],
  'check of a link': ['check', 'plays/link.yml'],
  'check --format json': ['check', ...playbook, '--format', 'json'],
  'check --ref': ['check', ...playbook, '--ref', 'HEAD'],
  plan: ['plan', ...playbook],
  'plan of a link': ['plan', 'plays/link.yml', '-i', 'hosts'],
  build: ['build', ...playbook],
  apply: ['apply', ...playbook],
  'diff-plan': ['diff-plan', 'HEAD', ...playbook],
  doctor: ['doctor', ...playbook],
  'doctor without a playbook': ['doctor', '-i', 'hosts'],
  schedule: ['schedule', ...playbook, '--cron', '@daily'],
  facts: ['facts', 'all', ...inventories],
  trust: ['trust', 'all', ...inventories, '--check'],
  clean: ['clean', ...inventories, '--check'],
  'inventory list': ['inventory', 'list', ...inventories],
  'inventory graph': ['inventory', 'graph', ...inventories],
  'inventory host': ['inventory', 'host', 'db1', ...inventories],
};

const names = Object.keys(commands).filter(name => name !== 'check --ref');

test.concurrent.each(names)('%s: with --confine nothing outside is read, sent or kept', async name => {
  const { code, stdout, stderr, kept, runs } = await run([...(commands[name] ?? []), '--confine'], {});
  expect(`${stdout}${stderr}`).toMatch(/outside-file.*is not read: it leads to \S*tapbook-outside-/);
  expect(`${stdout}${stderr}${kept}`).not.toContain(secretWord);
  expect([code, runs]).toEqual([3, 0]);
});

test.concurrent.each([
  'check',
  'check of a link',
  'check --format json',
  'check --ref',
  'plan',
  'build',
  'apply',
  'diff-plan',
  'schedule',
])('%s: without it nothing outside is quoted, printed or kept', async name => {
  const { code, stdout, stderr, kept } = await run(commands[name] ?? [], {});
  expect(`${stdout}${stderr}${kept}`).not.toContain(secretWord);
  expect(stderr).not.toContain('a bug in tapbook');
  expect(code).toBe(name === 'check --ref' ? 0 : 3);
});

test.concurrent.each([
  ['where CI is set', [], { CI: 'true' }, true],
  ['where CI is empty', [], { CI: '' }, false],
  ['where CI is false', [], { CI: 'false' }, false],
  ['with --no-confine in CI', ['--no-confine'], { CI: 'true' }, false],
  ['with --confine', ['--confine'], {}, true],
  ['without either', [], {}, false],
] as const)('%s, links out are refused or not', async (_when, options, env, isRefused) => {
  const { stderr } = await run(['check', 'plays/io.yml', ...options], env);
  expect(stderr.includes('is not read')).toBe(isRefused);
});

test('a tapbook.yml names no file outside either, and can turn the option on, but not off', async () => {
  await using other = await makeGitRepository();
  await other.write({ ...plainFiles, 'tapbook.yml': `inventory: ${secret.file}\n` });
  const check = (...args: readonly string[]) => runTapbook(['check', 'plays/io.yml', ...args], { cwd: other.root });
  const unconfined = await check();
  expect([unconfined.code, unconfined.stderr.includes(secretWord)]).toEqual([3, false]);
  expect((await check('--confine')).stderr).toMatch(
    /^tapbook\.yml:1:12 error outside-file: \S+file is not read: it lies outside of/,
  );

  await other.write({ 'tapbook.yml': `inventory: ${secret.file}\nconfine: true\n` });
  expect((await check()).stderr).toContain('outside-file');
  await other.write({ 'tapbook.yml': 'inventory: hosts\nconfine: false\n' });
  expect((await check('--confine')).stderr).toMatch(/^tapbook\.yml:2:10 error \S+: confine /);
});

test('without a repository, a link in this folder does not lead out of it unnoticed', async () => {
  await using other = await makeGitRepository();
  const files = { ...plainFiles, 'sub/link': `-> ${secret.folder}`, 'link.yml': `-> ${secret.file}` };
  await other.write({ ...files, '.git': undefined });
  for (const path of ['sub/link/file.yml', 'link.yml']) {
    const { stderr, code } = await runTapbook(['check', path, '--confine'], { cwd: other.root });
    expect([code, stderr]).toEqual([3, expect.stringContaining('outside-file')]);
  }
});

test('what the user names on the command line is theirs: it is read and quoted', async () => {
  const { stderr } = await run(['check', join(secret.folder, 'file.yml'), '-i', secret.file, '--confine'], {});
  expect(stderr).toContain(`    probe ${secretWord}.x`);
  expect(stderr).not.toContain('outside-file');
});
