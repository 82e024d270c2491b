import { expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { selectHosts } from '../../src/inventory/patterns/select-hosts.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { hostOf, say } from './rig.ts';

const confinement = createConfinement('read');

const root = new URL('../../inventories/', import.meta.url).pathname;

test.each([
  ['production.yml', 56, 'build1.example.com'],
  ['staging.ini', 8, 'build.staging.example.com'],
])('%s is read without a complaint and serves the playbooks', async (name, count, builder) => {
  const loaded = await loadInventory([`${root}${name}`], { confinement, signal: new AbortController().signal });
  if (!loaded.ok) throw new Error(say(loaded.error.diagnostics));
  expect(loaded.value.warnings).toEqual([]);
  expect(loaded.value.hosts.size).toBe(count);
  const builders = selectHosts(loaded.value, 'build_hosts', []);
  expect(builders.ok && builders.value.map(host => host.name)).toEqual([builder]);
  const targets = selectHosts(loaded.value, 'targets', []);
  expect(targets.ok && targets.value.length).toBe(count - 1);
  expect(targets.ok && targets.value.every(host => host.connection.become?.user === 'root')).toBe(true);
  expect(hostOf(loaded.value, builder).connection).toMatchObject({ kind: 'ssh', user: 'tapbook', address: builder });
  expect(hostOf(loaded.value, builder).connection.become).toBeUndefined();
});
