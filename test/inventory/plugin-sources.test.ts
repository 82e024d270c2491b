import { expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import type { PluginSources } from '../../src/inventory/written/read-source.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { say, writeTree } from './rig.ts';

const confinement = createConfinement('read');

const files = {
  'inv/hosts.yml': 'all: { hosts: { web1: { os: debian } } }\n',
  'inv/z.yml': 'plugin: constructed\nkeyed_groups:\n  - { key: os, prefix: os }\n',
  'inv/zz.toml': '[web.hosts]\nh = {}\n',
  'one.toml': '[web.hosts]\nh = {}\n',
};

async function tell(source: string, pluginSources?: PluginSources): Promise<string> {
  const directory = await writeTree(files);
  const options = pluginSources === undefined ? {} : { pluginSources };
  const loaded = await loadInventory([`${directory}/${source}`], {
    confinement,
    signal: new AbortController().signal,
    ...options,
  });
  const names = loaded.ok ? [...loaded.value.hosts.keys()].join(' ') : '';
  const said = say(loaded.ok ? loaded.value.warnings : loaded.error.diagnostics);
  return `${names}\n${said}`.replaceAll(`${directory}/`, '');
}

test('files that only a plugin of Ansible can read are refused by name, with the ways out', async () => {
  expect(await tell('inv')).toMatchInlineSnapshot(`
    "
    unsupported-inventory: inv/zz.toml is TOML, which tapbook does not read; move it out of inv, or let Ansible read all: ansible-inventory -i inv --list --yaml > hosts.yml, and give -i hosts.yml; --skip-plugin-sources goes on without it
    inv/z.yml:1:1 "plugin" unsupported-inventory: inv/z.yml configures the inventory plugin constructed of Ansible; move it out of inv, or let Ansible read all: ansible-inventory -i inv --list --yaml > hosts.yml, and give -i hosts.yml; --skip-plugin-sources goes on without it"
  `);
  expect(await tell('one.toml')).toMatchInlineSnapshot(`
    "
    unsupported-inventory: one.toml is TOML, which tapbook does not read; let Ansible read it: ansible-inventory -i one.toml --list --yaml > hosts.yml, and give -i hosts.yml"
  `);
});

test('they are left out where that is asked for, with a warning', async () => {
  expect(await tell('inv', 'skip')).toMatchInlineSnapshot(`
    "web1
    inv/z.yml:1:1 "plugin" warning skipped-file: inv/z.yml configures the inventory plugin constructed of Ansible, and is left out: what it adds is missing
    warning skipped-file: inv/zz.toml is TOML, which tapbook does not read, and is left out: what it adds is missing"
  `);
});
