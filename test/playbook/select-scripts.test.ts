import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModuleName } from '../../src/model/ids.ts';
import { isSelected, type ScriptSelection, selectScripts } from '../../src/playbook/select-scripts.ts';
import { ansibleVersion, plantTree, removeTree, runAnsible } from '../inventory/ansible.ts';
import { makePlay, makeScript } from '../plan/rig.ts';

const plays = [
  makePlay({
    name: 'a',
    tags: ['io'],
    scripts: [makeScript({ name: 'one' }), makeScript({ name: 'two', tags: ['slow'] })],
  }),
  makePlay({
    name: 'b',
    scripts: [makeScript({ name: 'three', tags: ['never', 'risky'] }), makeScript({ name: 'four' })],
  }),
];

function select(selection: ScriptSelection): string {
  const selected = selectScripts(plays, selection);
  if (!selected.ok) return `${selected.error.message}; ${selected.error.cure}`;
  const told = selected.value.plays.map(
    ({ name, scripts }) => `${name}: ${scripts.map(script => script.name).join(' ')}`,
  );
  return [...told, ...selected.value.warnings.map(({ message, cure }) => `${message}; ${cure}`)].join(', ');
}

test.each<[selection: ScriptSelection, selected: string]>([
  [{}, 'a: one two, b: four'],
  [{ tags: ['io'] }, 'a: one two'],
  [{ tags: ['slow, risky'] }, 'a: two, b: three'],
  [{ tags: ['slow'], skipTags: [] }, 'a: two'],
  [{ skipTags: ['slow'] }, 'a: one, b: four'],
  [{ skipTags: ['io'] }, 'b: four'],
  [{ tags: ['io', 'slwo'] }, 'a: one two, no play or script has the tag "slwo"; did you mean "slow"?'],
  [{ tags: ['slwo'] }, 'no script is left by --tags slwo; did you mean "slow"?'],
  [
    { tags: ['x1', 'y2'], skipTags: ['io'] },
    'no script is left by --tags x1,y2 --skip-tags io; there are: io, never, risky, slow',
  ],
  [{ startAtScript: 'two' }, 'a: two, b: four'],
  [{ startAtScript: 'four' }, 'b: four'],
  [{ startAtScript: 'two', tags: ['risky'] }, 'b: three'],
  [{ startAtScript: 'tow' }, 'no script is named "tow" (--start-at-script); did you mean "two"?'],
])('%j', (selection, selected) => {
  expect(select(selection)).toBe(selected);
});

test('a play that keeps all its scripts is the same one', () => {
  const selected = selectScripts(plays, { tags: ['io'] });
  expect(selected.ok && selected.value.plays[0]).toBe(plays[0]);
  expect(
    selectScripts([makePlay({ scripts: [makeScript({ name: 'x' as ModuleName, tags: ['never'] })] })], {}),
  ).toMatchObject({
    error: { message: 'no script is left by the tag "never": name one of its others with --tags' },
  });
});

const version = ansibleVersion();
if (version === undefined) console.log('differential: skipped, there is no Ansible on this machine');

describe.skipIf(version === undefined)('the same tasks as ansible-playbook --list-tasks', () => {
  const tasks: readonly (readonly string[])[] = [
    [],
    ['a'],
    ['b'],
    ['a', 'b'],
    ['always'],
    ['always', 'a'],
    ['never'],
    ['never', 'a'],
    ['never', 'always'],
  ];
  const selections: readonly (readonly [only: string, skip: string])[] = [
    ['all', ''],
    ['a', ''],
    ['a,b', ''],
    ['never', ''],
    ['tagged', ''],
    ['untagged', ''],
    ['all', 'a'],
    ['all', 'always'],
    ['all', 'all'],
    ['all', 'tagged'],
    ['all', 'untagged'],
    ['a', 'b'],
    ['a', 'always'],
    ['all,never', ''],
    ['all', 'all,always'],
  ];

  test('for all of them', { timeout: 600_000 }, async () => {
    const lines = tasks.map((tags, index) => `    - { name: t${index}, debug: {}, tags: ${JSON.stringify(tags)} }`);
    const playbook = `- hosts: h\n  gather_facts: false\n  tasks:\n${lines.join('\n')}\n`;
    const directory = await plantTree({ files: { 'play.yml': playbook } });
    for (const [only, skip] of selections) {
      const args = ['-i', 'h,', join(directory, 'play.yml'), '--list-tasks', '--tags', only];
      const { stdout } = await runAnsible(
        'ansible-playbook',
        [...args, ...(skip === '' ? [] : ['--skip-tags', skip])],
        directory,
      );
      const theirs = [...stdout.matchAll(/^ +t(\d+)\t/gm)].map(match => Number(match[1]));
      const split = (names: string) => names.split(',').filter(name => name !== '');
      const ours = tasks.flatMap((tags, index) => (isSelected(tags, split(only), split(skip)) ? [index] : []));
      expect([only, skip, ours]).toEqual([only, skip, theirs]);
    }
    await removeTree(directory);
  });
});
