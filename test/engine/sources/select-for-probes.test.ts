import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { noPasswords } from '../../../src/engine/sources/requests.ts';
import { selectForProbes } from '../../../src/engine/sources/select-for-probes.ts';

const extraVars = ['program=/usr/bin/postgres'];
const { signal } = new AbortController();

async function playbook(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-select-probes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const plays = Object.entries(scripts).map(
    ([hosts, script]) =>
      `- hosts: ${hosts}\n  build_hosts: local\n  scripts:\n    - { name: a, duration: 5s, inline: '${script}'${script.includes('@1') ? ', args: ["{{ program }}"]' : ''} }\n`,
  );
  const path = join(folder, 'play.yml');
  await writeFile(path, plays.join(''));
  return path;
}

test('what the scripts of each host probe; hosts whose scripts probe nothing are not asked', async () => {
  const path = await playbook({
    'db1:db2': 'probe process(@1).mark("a") {}',
    db2: 'probe process("/usr/bin/psql").function("b") {}',
    web1: 'probe timer.s(1) {}',
  });
  const inventory = ['db1,db2,web1,'];
  const request = { inventory, extraVars, passwords: noPasswords };
  const selected = await selectForProbes(path, request, signal);
  if (!selected.ok) throw new Error(JSON.stringify(selected.error));
  const { hosts, paths, warnings } = selected.value;
  expect(hosts.map(({ name }) => [name, paths(name)])).toEqual([
    ['db1', ['/usr/bin/postgres']],
    ['db2', ['/usr/bin/postgres', '/usr/bin/psql']],
  ]);
  expect(warnings).toEqual([]);
  const limited = await selectForProbes(path, { ...request, limit: ['db1'] }, signal);
  expect(limited.ok && limited.value.hosts.map(({ name }) => name)).toEqual(['db1']);
});

test('where no script names a file, that is said', async () => {
  const request = { inventory: ['db1,'], passwords: noPasswords };
  const selected = await selectForProbes(await playbook({ db1: 'probe timer.s(1) {}' }), request, signal);
  expect(selected.ok && selected.value).toMatchObject({ hosts: [], warnings: [{ code: 'no-probed-files' }] });
});

test('a file is looked for on this machine, or on the hosts of --limit', async () => {
  const here = await selectForProbes('bin/x', { passwords: noPasswords }, signal);
  expect(here).toMatchObject({ value: { hosts: [{ connection: { kind: 'local' } }] } });
  expect(here.ok && here.value.paths('any' as never)).toEqual([join(process.cwd(), 'bin/x')]);
  const request = { inventory: ['db1,db2,'], limit: ['db2'], passwords: noPasswords };
  expect(await selectForProbes('/bin/x', request, signal)).toMatchObject({ value: { hosts: [{ name: 'db2' }] } });
  expect(await selectForProbes('bin/x', request, signal)).toMatchObject({
    error: { kind: 'wrong-usage', diagnostics: [{ code: 'relative-path' }] },
  });
  expect(await selectForProbes('/bin/x', { ...request, limit: ['db7'] }, signal)).toMatchObject({
    error: { kind: 'no-hosts' },
  });
});
