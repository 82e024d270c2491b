import { expect, test } from 'vitest';
import { loadPlay, refusal } from './rig.ts';

const scripts = '  scripts: [{ name: a, inline: x, duration: 5 }]\n';

test('retries, with the delay that Ansible has', async () => {
  const retry = async (lines: string) => (await loadPlay(`- hosts: db\n${lines}${scripts}`)).retry;
  expect(await retry('')).toBeUndefined();
  expect(await retry('  retries: 0\n')).toBeUndefined();
  expect(await retry('  retries: 3\n')).toEqual({ retries: 3, delaySeconds: 5 });
  expect(await retry('  retries: 3\n  delay: 0\n')).toEqual({ retries: 3, delaySeconds: 0 });
  expect(await retry('  retries: 1\n  delay: 2m30s\n')).toEqual({ retries: 1, delaySeconds: 150 });
});

test('canary', async () => {
  expect((await loadPlay(`- hosts: db\n  canary: per_kernel\n${scripts}`)).canary).toBe('per-kernel');
});

test('run_once of a play is that of its scripts, unless they say otherwise', async () => {
  const written = [
    '{ name: a, inline: x, duration: 5 }',
    '{ name: b, inline: x, duration: 5, run_once: false }',
    '{ name: c, inline: x, duration: 5, run_once: true }',
  ];
  const once = async (lines: string) =>
    (await loadPlay(`- hosts: db\n${lines}  scripts: [${written.join(', ')}]\n`)).scripts.map(
      ({ runOnce = false }) => runOnce,
    );
  expect(await once('')).toEqual([false, false, true]);
  expect(await once('  run_once: true\n')).toEqual([true, false, true]);
});

test('tags: a list, or names with commas between them', async () => {
  const tags = async (text: string) => (await loadPlay(`- hosts: db\n  tags: ${text}\n${scripts}`)).tags;
  expect(await tags('[io, slow]')).toEqual(['io', 'slow']);
  expect(await tags('io, slow')).toEqual(['io', 'slow']);
  expect(await tags('io')).toEqual(['io']);
});

test('what cannot be, or has no effect', async () => {
  const lines = '  retries: 200\n  delay: soon\n  canary: per_host\n  run_once: maybe\n  tags: 5\n';
  expect(await refusal({ 'p.yml': `- hosts: db\n${lines}${scripts}` })).toMatchInlineSnapshot(`
    "2:12-15 [200] out-of-range: retries is 200, the most is 100; for example: 3
    3:10-14 [soon] malformed: delay: "soon" is not a duration such as 30s or 2m; for example: 30s
    4:11-19 [per_host] unknown-value: canary cannot be "per_host"; write per_kernel
    5:13-18 [maybe] wrong-type: run_once is a text, not true or false; write true or false
    6:9-10 [5] wrong-type: tags is the number 5, not a list or a text; quote it: "5""
  `);
  expect(await refusal({ 'p.yml': `- hosts: db\n  retries: 3\n  delay: 2h\n${scripts}` })).toMatchInlineSnapshot(
    `"3:10-12 [2h] out-of-range: delay is 2h, it has to be 1h at most; for example: 30s"`,
  );
  expect(await refusal({ 'p.yml': `- hosts: db\n  delay: 10\n  tags: [all]\n${scripts}` })).toMatchInlineSnapshot(`
    "2:3-8 [delay] warning no-effect: without retries nothing waits for this delay; write retries: 3, or take delay away
    3:10-13 [all] warning reserved-tag: the tag "all" means something else in --tags; take another name"
  `);
});
