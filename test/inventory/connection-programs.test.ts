import { expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import type { HostName } from '../../src/model/ids.ts';
import type { NamedProgram } from '../../src/model/program-trust.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { hostOf, loadFine, writeTree } from './rig.ts';

const confinement = createConfinement('read');
const { signal } = new AbortController();
const say = (programs: readonly NamedProgram[]): readonly string[] =>
  programs.map(({ what, place }) => `${place?.file.replace(/.*\//, '')}:${place?.line} ${what}`);

test('what connections have run here is told once for each variable, for the hosts that have it', async () => {
  const inventory = await loadFine({
    'hosts.yml': `all:
  vars: { ansible_ssh_common_args: "-o ProxyCommand={{ jump }}", jump: nc }
  hosts:
    a:
    b:
    plain: { ansible_ssh_common_args: "-o ServerAliveInterval=5" }
    local: { ansible_connection: local, ansible_become: true, ansible_become_exe: ./x, ansible_become_flags: -E }
    far: { ansible_become: true, ansible_become_exe: ./x, ansible_ssh_common_args: "" }
`,
  });
  const of = (name: string) => inventory.connectionPrograms(hostOf(inventory, name));
  expect(say(of('a'))).toEqual(['hosts.yml:2 what ansible_ssh_common_args names (ProxyCommand)']);
  expect(of('b')[0]).toBe(of('a')[0]);
  expect(of('plain')).toEqual([]);
  expect(say(of('local'))).toEqual([
    'hosts.yml:7 what ansible_become_exe names (become, on this machine)',
    'hosts.yml:7 what ansible_become_flags names (become, on this machine)',
  ]);
  // Another machine's.
  expect(of('far')).toEqual([]);
});

test('localhost that no inventory names has what all hosts have', async () => {
  const inventory = await loadFine({
    'hosts.yml': 'all: { vars: { ansible_become: true, ansible_become_exe: ./x }, hosts: { a: } }\n',
  });
  const localhost = inventory.localhostNamed('127.0.0.1' as HostName);
  expect(say(inventory.connectionPrograms(localhost))).toEqual([
    'hosts.yml:1 what ansible_become_exe names (become, on this machine)',
  ]);
});

test('what the command line says is of the user', async () => {
  const directory = await writeTree({ 'hosts.ini': 'a\nb ansible_ssh_common_args="-o LocalCommand=x"\n' });
  const loaded = await loadInventory([`${directory}/hosts.ini`], {
    confinement,
    signal,
    connectionDefaults: { ansible_ssh_common_args: '-o ProxyCommand=mine' },
    extraVars: { ansible_ssh_extra_args: '-o ProxyCommand=mine' },
  });
  if (!loaded.ok) throw new Error('not read');
  const of = (name: string) => say(loaded.value.connectionPrograms(hostOf(loaded.value, name)));
  expect(of('a')).toEqual([]);
  expect(of('b')).toEqual(['hosts.ini:2 what ansible_ssh_common_args names (LocalCommand)']);
});

test('programs are decided on together, before any is run', async () => {
  const directory = await writeTree({
    'inv/a': '#!/bin/sh\nexit 9\n',
    'inv/b': '#!/bin/sh\nexit 9\n',
    'inv/c.yml': '',
  });
  const { chmod } = await import('node:fs/promises');
  for (const name of ['a', 'b']) await chmod(`${directory}/inv/${name}`, 0o755);
  const asked: (readonly string[])[] = [];
  const loaded = await loadInventory([`${directory}/inv`, 'x,'], {
    confinement,
    signal,
    trust: {
      async refusals(programs) {
        asked.push(programs.map(({ what, source }) => `${what.replace(directory, 'DIR')} ${source}`));
        return programs.map(({ what }) => ({ severity: 'error', code: 'untrusted-folder', message: what }));
      },
    },
  });
  expect(asked[0]).toEqual(['the program DIR/inv/a 0', 'the program DIR/inv/b 0']);
  expect(loaded.ok ? [] : loaded.error.diagnostics.map(({ code }) => code)).toEqual([
    'untrusted-folder',
    'untrusted-folder',
  ]);
});
