import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPlaybook } from '../../../src/engine/sources/check-playbook.ts';
import { openPlays } from '../../../src/engine/sources/open-plays.ts';
import type { PlaySource } from '../../../src/engine/sources/play-source.ts';
import { noPasswords } from '../../../src/engine/sources/requests.ts';
import type { NamedProgram } from '../../../src/model/program-trust.ts';
import { sayAll } from '../../document/say.ts';
import { type GitRepository, makeGitRepository } from '../../support/git-repository.ts';

const { signal } = new AbortController();
let repository: GitRepository;
/** Prints a script of its arguments, of where it runs, and of a file beside it; and counts how often it was run. */
const generator = (word: string): string => `#!/bin/sh
echo run >>"$TALLY"
printf 'probe timer.s(%s) { println("%s ${word}") }\n' "$1" "$2"
cat more.stp
echo 'a warning' >&2
`;

beforeAll(async () => {
  repository = await makeGitRepository();
  const expand = 'expand: [../tools/make, 1, "a b"]';
  const play = `- hosts: web1\n  build_hosts: web1\n  scripts:\n    - { name: beat, ${expand}, duration: 1 }\n`;
  await repository.commit(
    { 'plays/p.yml': play, 'plays/more.stp': '# old', 'tools/make': generator('then'), tally: '' },
    'v1',
  );
  await repository.commit({ 'plays/more.stp': '# new', 'tools/make': generator('now') });
  process.env['TALLY'] = `${repository.root}/tally`;
});
afterAll(async () => {
  delete process.env['TALLY'];
  await repository[Symbol.asyncDispose]();
});

async function timesRun(): Promise<number> {
  return (await readFile(`${repository.root}/tally`, 'utf8')).split('\n').length - 1;
}

async function open(request: { readonly ref?: string; readonly expand?: boolean }): Promise<PlaySource> {
  const whole = { inventory: ['web1,'], passwords: noPasswords, ...request };
  const opened = await openPlays(`${repository.root}/plays/p.yml`, whole, signal);
  if (!opened.ok) throw new Error(sayAll(opened.error.diagnostics));
  return opened.value;
}

const scriptOf = (source: PlaySource) =>
  source.kind === 'playbook' ? source.selected.plays[0]?.play.scripts[0] : undefined;

describe('a script that a command prints', () => {
  test.each([
    [undefined, 'probe timer.s(1) { println("a b now") }\n# new'],
    ['v1', 'probe timer.s(1) { println("a b then") }\n# old'],
  ])('at %s: it is run in the folder of the playbook, of that revision', async (ref, text) => {
    const script = scriptOf(await open({ expand: true, ...(ref === undefined ? {} : { ref }) }));
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(script?.source).toEqual({
      path: 'beat.stp',
      text,
      printedBy: { command: ['../tools/make', '1', 'a b'], sha256 },
    });
    expect(script?.unknown).toBeUndefined();
  });

  test.each([undefined, 'v1'])('at %s: it is not run unasked, and that is said', async ref => {
    const before = await timesRun();
    const at = ref === undefined ? {} : { ref };
    const source = await open(at);
    expect(scriptOf(source)?.unknown).toEqual(['source']);
    expect(sayAll(source.warnings)).toContain('warning not-expanded: what this command prints is not looked at');
    const request = { passwords: noPasswords, ...at };
    const alone = await checkPlaybook(`${repository.root}/plays/p.yml`, request, signal);
    const whole = await checkPlaybook(`${repository.root}/plays/p.yml`, { ...request, inventory: ['web1,'] }, signal);
    for (const { refusal, diagnostics } of [alone, whole]) {
      expect(refusal).toBeUndefined();
      const codes = diagnostics.map(({ code }) => code);
      expect(codes.filter(code => code !== 'not-at-revision')).toEqual(['not-expanded']);
    }
    expect(await timesRun()).toBe(before);
    const asked = await checkPlaybook(`${repository.root}/plays/p.yml`, { ...request, expand: true }, signal);
    expect(asked).toEqual({ diagnostics: [], refusal: undefined });
    expect(await timesRun()).toBe(before + 1);
  });

  test.each([undefined, 'v1'])(
    'at %s: who decides on it is asked before it is run, and about a later run',
    async ref => {
      const before = await timesRun();
      const asked: (readonly string[])[] = [];
      const trust = (answer: 'yes' | 'no') => ({
        async refusals(programs: readonly NamedProgram[]) {
          asked.push(programs.map(({ what, place }) => `${place?.line} ${what}`));
          const no = { severity: 'error', code: 'untrusted-folder', message: 'no' } as const;
          return answer === 'no' ? programs.map(() => no) : [];
        },
      });
      const openWith = (expand: boolean, answer: 'yes' | 'no') => {
        const request = { inventory: ['web1,'], passwords: noPasswords, expand, expandTrust: trust(answer) };
        return openPlays(
          `${repository.root}/plays/p.yml`,
          { ...request, ...(ref === undefined ? {} : { ref }) },
          signal,
        );
      };
      for (const expand of [true, false]) {
        const refused = await openWith(expand, 'no');
        expect(refused.ok ? [] : refused.error.diagnostics.map(({ code }) => code)).toContain('untrusted-folder');
      }
      const left = await openWith(false, 'yes');
      expect(left.ok && scriptOf(left.value)?.unknown).toEqual(['source']);
      expect(await timesRun()).toBe(before);
      expect((await openWith(true, 'yes')).ok).toBe(true);
      expect(await timesRun()).toBe(before + 1);
      expect(asked).toEqual(Array.from({ length: 4 }, () => ['4 the program ../tools/make']));
    },
  );
});
