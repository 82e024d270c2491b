import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPlaybook } from '../../../src/engine/sources/check-playbook.ts';
import { noPasswords } from '../../../src/engine/sources/requests.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function check(tags: string, value: string) {
  const path = join(folder, 'p.yml');
  const script = `{ name: x, inline: 'probe begin { println(@1) exit() }', until_exit: true, args: ['{{ ${value} }}'], tags: [${tags}] }`;
  await writeFile(path, `- hosts: web1\n  build_hosts: web1\n  scripts:\n    - ${script}\n`);
  const request = { inventory: ['web1,'], passwords: noPasswords };
  const { refusal, diagnostics } = await checkPlaybook(path, request, new AbortController().signal);
  return [refusal, ...diagnostics.map(({ place, message }) => `${place?.line}: ${message}`)];
}

test.each(['quick', 'never', 'always', 'never, risky'])(
  'a template of a script with the tags %s is looked at',
  async tags => {
    expect(await check(tags, 'nope')).toEqual(['invalid-input', expect.stringMatching(/^4: .*nope/)]);
    expect(await check(tags, 'inventory_hostname')).toEqual([undefined]);
  },
);
