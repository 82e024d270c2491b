import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeManPages } from '../../scripts/reference/make-reference.ts';
import { heading, literal, proseRoff, termed, typed } from '../../scripts/reference/roff.ts';

const root = new URL('../..', import.meta.url).pathname;
const pages = makeManPages(root);
const isHere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** What a page looks like in the C locale, as one line. */
function shown(page: string): string {
  const { stdout } = spawnSync('mandoc', ['-T', 'ascii', '-O', 'width=1000'], { input: page, encoding: 'utf8' });
  // Bold letters are struck twice.
  return stdout.replaceAll(/.\u0008/gu, '');
}

test('the package has the pages that are made', () => {
  const { man, files } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  expect(man).toEqual([...pages.keys()].sort());
  expect(files).toContain('man');
});

test('there is a page for the program and each command, with all of its sections', () => {
  expect([...pages.keys()]).toEqual(
    expect.arrayContaining([
      'man/tapbook.1',
      'man/tapbook-apply.1',
      'man/tapbook-runs-prune.1',
      'man/tapbook-playbook.5',
    ]),
  );
  const apply = pages.get('man/tapbook-apply.1') ?? '';
  for (const title of ['NAME', 'SYNOPSIS', 'ARGUMENTS', 'OPTIONS', 'EXIT STATUS', 'SEE ALSO']) {
    expect(apply).toContain(`${heading(title)}\n`);
  }
  expect(apply).toContain(typed('-f, --forks <n>'));
});

describe.skipIf(!isHere('mandoc'))('by mandoc', () => {
  test.each([...pages])('%s has no flaw', (_, page) => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'style'], { input: page, encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test.each([
    ['a full stop that begins a line', '.SH is no heading here'],
    ['a quote that begins a line', "'br is none either"],
    ['backslashes', 'a\\nb \\fBc \\\\ \\" no comment'],
    ['quotes and hats', `"x" 'y' ^ ~z`],
    ['options', 'give -f or --forks, not -- alone'],
  ])('%s', (_, text) => {
    const page = `.TH X 1 2026-01-01\n${heading('A')}\n${proseRoff(text)}\n${literal(text)}\n${termed(typed(text), '')}\n`;
    expect(shown(page).split(text).length - 1, shown(page)).toBe(3);
  });

  test('any text comes out as it went in', () => {
    const printable = fc.string({
      unit: fc.constantFrom(...'.\'"\\-ab ^~|{}@#%&$<>()[]*_=+,;:!?/'),
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(printable, text => {
        const plain = text.trim().replaceAll(/\s+/g, ' ');
        fc.pre(plain !== '');
        expect(shown(`.TH X 1 2026-01-01\n${heading('A')}\n${proseRoff(plain)}\n`)).toContain(plain);
      }),
      { numRuns: 30 },
    );
  });
});

describe.skipIf(!isHere('man'))('by man', () => {
  test.each([...pages.keys()].filter(path => /apply|playbook|tapbook\.1/.test(path)))('%s has no warning', path => {
    const args = ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', '-'];
    const { stderr, status } = spawnSync('man', args, { input: pages.get(path) ?? '', encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});
