import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { checkPlaybook } from '../../../src/engine/sources/check-playbook.ts';
import { noPasswords } from '../../../src/engine/sources/requests.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { createConsole } from '../../../src/report/live/console.ts';
import { makeGitRepository } from '../../support/git-repository.ts';
import {
  makeSecret,
  type OutsideTrap,
  outsideTraps,
  secretTexts,
  secretWord,
  setTrap,
} from '../../support/outside-traps.ts';

const signal = new AbortController().signal;

async function check(root: string, trap: OutsideTrap, confine: boolean) {
  const { playbook = 'plays/io.yml', inventory = 'hosts', extraVars, limit } = trap;
  return checkPlaybook(
    join(root, playbook),
    {
      confine,
      passwords: noPasswords,
      inventory: [join(root, inventory)],
      ...(extraVars === undefined ? {} : { extraVars: [`@${join(root, extraVars)}`] }),
      ...(limit === undefined ? {} : { limit: [`@${join(root, limit)}`] }),
    },
    signal,
  );
}

/** Findings as they are printed, for a person and for a program. */
function shown(diagnostics: readonly Diagnostic[]): string {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const console = createConsole({ stdout, stderr, env: {} });
  console.sayDiagnostics(diagnostics, 'text');
  console.sayDiagnostics(diagnostics, 'json');
  return `${stderr.read() ?? ''}${stdout.read() ?? ''}`;
}

const traps = Object.entries(outsideTraps);

test.each(traps)('%s: nothing of what lies outside is quoted, whatever it is', async (_name, trap) => {
  for (const text of Object.values(secretTexts)) {
    await using secret = await makeSecret(text);
    await using repository = await makeGitRepository();
    await setTrap(repository, trap, secret);
    const { diagnostics } = await check(repository.root, trap, false);
    expect(shown(diagnostics)).not.toContain(secretWord);
  }
});

test.each(traps)(
  '%s: with --confine it is refused, and it is said who names it and where it leads',
  async (_name, trap) => {
    await using secret = await makeSecret(secretTexts['a mapping'] ?? '');
    await using repository = await makeGitRepository();
    await setTrap(repository, trap, secret);
    const { diagnostics, refusal } = await check(repository.root, trap, true);
    expect(refusal).toBe('invalid-input');
    const [first] = diagnostics.filter(({ code }) => code === 'outside-file');
    expect(first).toMatchObject({ severity: 'error', cure: expect.stringContaining('--no-confine') });
    expect(first?.message).toContain(secret.folder);
    expect(first?.message).toContain(`outside of ${repository.root}`);
    const { file = '', line, column } = first?.place ?? {};
    expect(`${file}:${line}:${column}`.replace(`${repository.root}/`, '')).toBe(trap.place ?? ':undefined:undefined');
    expect(shown(diagnostics)).not.toContain(secretWord);
  },
);

test('a link is told of where it is followed; a path that says where it leads is not', async () => {
  const told = async (name: string) => {
    await using secret = await makeSecret('probe begin { }\n');
    await using repository = await makeGitRepository();
    const trap = outsideTraps[name];
    if (trap === undefined) throw new Error(name);
    await setTrap(repository, trap, secret);
    const { diagnostics } = await check(repository.root, trap, false);
    return diagnostics.filter(({ code }) => code === 'outside-file').map(({ severity }) => severity);
  };
  expect(await told('a script that is a link')).toEqual(['warning']);
  expect(await told('a tapset that is a link')).toEqual(['warning']);
  expect(await told('a script by its path')).toEqual([]);
  expect(await told('a folder of tapsets')).toEqual([]);
});

test("what git keeps for itself is no file of the repository: a remote's password may stand there", async () => {
  await using repository = await makeGitRepository();
  await using secret = await makeSecret('');
  const trap: OutsideTrap = {
    files: () => ({
      'plays/io.yml': '- hosts: all\n  scripts:\n    - { name: io, duration: 1s, source: ../.git/config }\n',
    }),
  };
  await setTrap(repository, trap, secret);
  await repository.git('config', 'http.extraheader', `"${secretWord}`);
  expect(shown((await check(repository.root, trap, false)).diagnostics)).not.toContain(secretWord);
  const { diagnostics } = await check(repository.root, trap, true);
  expect(diagnostics.map(({ code }) => code)).toContain('outside-file');
});

test('what lies in the repository is quoted and read, links within it too', async () => {
  await using repository = await makeGitRepository();
  await using secret = await makeSecret('');
  const trap: OutsideTrap = {
    files: () => ({
      'plays/io.stp': '-> ../shared/io.stp',
      'shared/io.stp': 'probe begin { foo( }\n',
      'group_vars/all.yml': '-> ../shared/vars.yml',
      'shared/vars.yml': 'value: 1\n',
    }),
  };
  await setTrap(repository, trap, secret);
  const { diagnostics } = await check(repository.root, trap, true);
  expect(shown(diagnostics)).toMatch(/io\.stp:1:18 error unclosed: .*\n {4}probe begin \{ foo\( \}/);
});

test('a revision: its links out are not followed, and a path out of it is not quoted or refused', async () => {
  await using secret = await makeSecret(secretTexts['a script'] ?? '');
  for (const name of [
    'a script by its path',
    'a script that is a link',
    'a tapset that is a link',
    'variables of a group that are a link',
  ]) {
    await using repository = await makeGitRepository();
    const trap = outsideTraps[name];
    if (trap === undefined) throw new Error(name);
    await setTrap(repository, trap, secret);
    await repository.commit({});
    for (const confine of [false, true]) {
      const path = join(repository.root, 'plays/io.yml');
      const request = { confine, passwords: noPasswords, inventory: [join(repository.root, 'hosts')], ref: 'HEAD' };
      const { diagnostics, refusal } = await checkPlaybook(path, request, signal);
      expect(refusal).toBe('invalid-input');
      expect(shown(diagnostics)).not.toContain(secretWord);
    }
  }
});

test('the traps hold files for each case: none is empty', async () => {
  await using secret = await makeSecret('x');
  expect(await readdir(secret.folder)).toContain('io.stp');
  for (const [, trap] of traps) expect(Object.keys(trap.files(secret)).length).toBeGreaterThan(0);
});

test.each(['a folder in a folder of inventories that is a link', 'a folder of one group that is a link'])(
  '%s: one warning is enough, however many files lie in it',
  async name => {
    await using secret = await makeSecret('value: 1\n');
    await using repository = await makeGitRepository();
    const trap = outsideTraps[name];
    if (trap === undefined) throw new Error(name);
    await setTrap(repository, trap, secret);
    const { diagnostics } = await check(repository.root, trap, false);
    expect(diagnostics.filter(({ code }) => code === 'outside-file')).toHaveLength(1);
  },
);
