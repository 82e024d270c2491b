import { describe, expect, test } from 'vitest';
import { secretMark } from '../../src/document/ansible-marks.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { type LoadOptions, loadInventory } from '../../src/inventory/load-inventory.ts';
import { findConnectionProblems } from '../../src/inventory/resolve/find-connection-problems.ts';
import { describeHost } from '../../src/inventory/show/describe-host.ts';
import { exportInventory } from '../../src/inventory/show/export-inventory.ts';
import { graphInventory } from '../../src/inventory/show/graph-inventory.ts';
import type { Vault } from '../../src/inventory/vault/vault.ts';
import type { GroupName, HostName } from '../../src/model/ids.ts';
import { err, ok } from '../../src/model/result.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { hostOf, say, writeTree } from './rig.ts';

const confinement = createConfinement('read');

/** Stands for ansible-vault: what is behind the first line is the plain text. */
const vault: Vault = {
  decrypt: text => {
    const plain = text.slice(text.indexOf('\n') + 1).trimEnd();
    return plain === 'other' ? err('the vault password is wrong') : ok(plain);
  },
};
const encrypted = (plain: string): string => `$ANSIBLE_VAULT;1.1;AES256\n${plain}\n`;
const inline = (plain: string): string => `!vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    ${plain}\n`;

async function load(
  files: Readonly<Record<string, string>>,
  options: Omit<LoadOptions, 'signal' | 'confinement'> = {},
): Promise<Inventory | string> {
  const directory = await writeTree(files);
  const sources = [`${directory}/${Object.keys(files)[0]}`];
  const playbookDirectory = options.playbookDirectory && `${directory}/${options.playbookDirectory}`;
  const signal = AbortSignal.timeout(60_000);
  const loaded = await loadInventory(sources, {
    confinement,
    ...options,
    signal,
    ...(playbookDirectory ? { playbookDirectory } : {}),
  });
  return loaded.ok ? loaded.value : say(loaded.error.diagnostics).replaceAll(`${directory}/`, '');
}

async function loadFine(...args: Parameters<typeof load>): Promise<Inventory> {
  const loaded = await load(...args);
  if (typeof loaded === 'string') throw new Error(loaded);
  return loaded;
}

const problemsOf = (inventory: Inventory): string =>
  say(findConnectionProblems(inventory, inventory.hosts.values())).replaceAll(/\S*tapbook-inventory-\w+\//g, '');

const h = 'h' as HostName;

describe('files that are encrypted', () => {
  const files = {
    'hosts.yml': encrypted('web:\n  hosts:\n    h: { ansible_user: root }'),
    'group_vars/web.yml': encrypted('token: hunter2\nansible_port: many'),
    'host_vars/h.yml': 'plain: 1\n',
  };

  test('are one clear error each without a password', async () => {
    expect(await load(files)).toBe(
      'encrypted-file: hosts.yml is encrypted by ansible-vault; give --vault-password-file or --ask-vault-pass',
    );
    expect(await load({ hosts: 'h\n', 'host_vars/h.yml': encrypted('other') }, { vault })).toBe(
      'encrypted-file: host_vars/h.yml cannot be decrypted: the vault password is wrong',
    );
  });

  test('are read, and shown to nobody who does not ask', async () => {
    const inventory = await loadFine(files, { vault });
    expect(hostOf(inventory, 'h').vars).toEqual({
      ...{ ansible_port: secretMark, ansible_user: secretMark, token: secretMark },
      plain: 1,
    });
    const hosts = new Set([h]);
    expect(exportInventory(inventory, { hosts, secrets: 'hidden' })).toMatchObject({
      web: { hosts: ['h'], vars: { token: '[secret]', ansible_port: '[secret]' } },
      _meta: { hostvars: { h: { ansible_user: '[secret]', plain: 1 } } },
    });
    expect(exportInventory(inventory, { hosts, secrets: 'shown' })).toMatchObject({
      web: { vars: { token: 'hunter2' } },
    });
    expect([...graphInventory(inventory, 'web' as GroupName, 'hidden')].join('\n')).toMatchInlineSnapshot(`
      "@web:
        |--h
        |  |--{ansible_port = [secret]}
        |  |--{ansible_user = [secret]}
        |  |--{plain = 1}
        |  |--{token = [secret]}
        |--{ansible_port = [secret]}
        |--{token = [secret]}"
    `);
    const said = JSON.stringify([describeHost(inventory, h, 'hidden'), problemsOf(inventory)]);
    expect(inventory.sources[0]?.text).toMatch(/^\$ANSIBLE_VAULT;/);
    expect(said).not.toMatch(/hunter2|many|root/);
    expect(problemsOf(inventory)).toMatchInlineSnapshot(
      `"group_vars/web.yml:2:15 "" invalid-variable: the value of ansible_port cannot be used; write a number from 1 to 65535"`,
    );
  });

  test('with something wrong in them are quoted in no finding', async () => {
    expect(
      await load({ hosts: 'h\n', 'host_vars/h.yml': encrypted('token: [hunter2') }, { vault }),
    ).toMatchInlineSnapshot(
      `"host_vars/h.yml:1:16 "" bad-indentation: this line is not indented as its neighbours are"`,
    );
  });
});

describe('values that are encrypted', () => {
  const files = {
    hosts: 'h\n',
    'host_vars/h.yml': `ansible_user: ${inline('root')}token: ${inline('hunter2')}list:\n  - ${inline('hunter3')}`,
  };

  test('are an error only where they are needed', async () => {
    const inventory = await loadFine(files);
    expect(problemsOf(inventory)).toMatchInlineSnapshot(
      `"host_vars/h.yml:1:22 "|" encrypted-value: ansible_user is encrypted by ansible-vault; give --vault-password-file or --ask-vault-pass"`,
    );
    expect(problemsOf(await loadFine({ hosts: 'h\n', 'host_vars/h.yml': `token: ${inline('x')}` }))).toBe('');
    const wrong = await loadFine({ hosts: 'h\n', 'host_vars/h.yml': `ansible_user: ${inline('other')}` }, { vault });
    expect(problemsOf(wrong)).toMatchInlineSnapshot(
      `"host_vars/h.yml:1:22 "|" encrypted-value: ansible_user cannot be decrypted: the vault password is wrong"`,
    );
  });

  test('are decrypted for the connection, alone or in templates', async () => {
    const inventory = await loadFine({ ...files, hosts: 'h ansible_host="{{ token }}.lan"\n' }, { vault });
    expect(hostOf(inventory, 'h').connection).toMatchObject({ user: 'root', address: 'hunter2.lan' });
  });

  test('stay encrypted in the export, and are hidden elsewhere', async () => {
    const inventory = await loadFine(files, { vault });
    const marked = { __ansible_vault: '$ANSIBLE_VAULT;1.1;AES256\nhunter2\n' };
    expect(exportInventory(inventory, { hosts: new Set([h]), secrets: 'hidden' })).toMatchObject({
      _meta: { hostvars: { h: { token: marked } } },
    });
    expect(describeHost(inventory, h, 'hidden')?.vars).toMatchObject({
      token: { value: '[secret]' },
      list: { value: ['[secret]'] },
    });
    expect(describeHost(inventory, h, 'shown')?.vars).toMatchObject({
      token: { value: 'hunter2' },
      list: { value: ['hunter3'] },
    });
    const locked = await loadFine(files);
    expect(describeHost(locked, h, 'shown')?.vars['token']?.value).toBe('[secret]');
  });
});

describe('connections', () => {
  test('templates are filled in from the variables of the host', async () => {
    const inventory = await loadFine({
      'hosts.yml': `all:
  hosts:
    h: { site: eu, ansible_become_password: "{{ sudo.password }}" }
    h2.lan: { site: us, ansible_host: "{{ inventory_hostname_short }}.{{ site }}" }
  vars:
    ansible_host: "{{ inventory_hostname }}.{{ site }}.example.com"
    ansible_port: "{{ ports.ssh }}"
    ansible_become: "{{ yes_please }}"
    ansible_ssh_private_key_file: "{{ inventory_dir }}/id"
    yes_please: yes
    ports: { ssh: 2222 }
    sudo: { password: hunter2 }
    ansible_ssh_common_args: !unsafe "-o User={{"
`,
    });
    expect(problemsOf(inventory)).toBe('');
    const { connection } = hostOf(inventory, 'h');
    expect(connection).toMatchObject({ address: 'h.eu.example.com', port: 2222, become: { method: 'sudo' } });
    expect(connection.become?.password?.reveal()).toBe('hunter2');
    expect(connection.kind === 'ssh' && connection.privateKeyFile).toMatch(/^\/.*\/id$/);
    expect(connection.kind === 'ssh' && connection.args?.words).toEqual(['-o', 'User={{']);
    expect(hostOf(inventory, 'h2.lan').connection).toMatchObject({ address: 'h2.us' });
  });

  test('what is wrong with one host is no matter of the others', async () => {
    const inventory = await loadFine({
      hosts: `good
winrm ansible_connection=winrm
port ansible_port=many
undefined ansible_host="{{ nmae }}" name=x
lookup ansible_host="{{ lookup('env', 'X') }}"
round ansible_user="{{ a }}" a="{{ b }}" b="{{ a }}"
`,
    });
    expect(inventory.connectionProblems(hostOf(inventory, 'good'))).toEqual([]);
    expect(problemsOf(inventory)).toMatchInlineSnapshot(`
      "hosts:2:26 "winrm" invalid-connection: tapbook cannot reach a host by "winrm"; use ssh, openssh or local
      hosts:3:19 "many" invalid-variable: "many" is no port; write a number from 1 to 65535
      hosts:4:24 ""{{ nmae }}"" unknown-variable: no variable "nmae" (in ansible_host of undefined); did you mean "name"?
      hosts:5:21 ""{{ lookup('env', 'X') }}"" template-syntax: {{ lookup('env', 'X') }} is no template that can be read (in ansible_host of lookup); write {{ name }}, {{ name.part }} or {{ name | filter: argument }}
      hosts:6:20 ""{{ a }}"" template-cycle: variables refer to themselves: a → b → a (in ansible_user of round); give one of them a plain value"
    `);
  });

  test('variables of the command line are the weakest and the strongest', async () => {
    const inventory = await loadFine(
      { hosts: 'h\ni ansible_user=own\n[all:vars]\nansible_host="{{ where }}"\nwhere=here\n' },
      { connectionDefaults: { ansible_user: 'weak', ansible_port: 2 }, extraVars: { ansible_port: 3, where: 'there' } },
    );
    expect(hostOf(inventory, 'h').connection).toMatchObject({ user: 'weak', port: 3, address: 'there' });
    expect(hostOf(inventory, 'i').connection).toMatchObject({ user: 'own' });
    expect(hostOf(inventory, 'h').vars).not.toHaveProperty('ansible_user');
  });
});

test('the files beside the playbook win over those beside the inventory', async () => {
  const files = {
    hosts: '[web]\nh\n',
    'group_vars/all.yml': 'a: 1\nb: 1\nc: 1\nd: 1\n',
    'group_vars/web.yml': 'b: 2\nc: 2\nd: 2\n',
    'host_vars/h.yml': 'd: 5\ne: 5\n',
    'play/group_vars/all.yml': 'a: 3\nb: 3\n',
    'play/group_vars/web.yml': 'c: 4\nd: 4\n',
    'play/host_vars/h.yml': 'e: 6\n',
  };
  const inventory = await loadFine(files, { playbookDirectory: 'play' });
  // Those of a group win over those of all, wherever they lie.
  expect(hostOf(inventory, 'h').vars).toEqual({ a: 3, b: 2, c: 4, d: 5, e: 6 });
});

test('each variable of a host says where it was written', async () => {
  const inventory = await loadFine({
    hosts: '[web]\nh a=1 ansible_password=x\n[all:vars]\nb=2\na=0\n',
    'group_vars/web.yml': '# c\n\nc:\n  - 1\n',
  });
  const { vars, ...rest } = describeHost(inventory, h, 'hidden') ?? {};
  expect(rest).toEqual({ name: 'h', groups: ['web'] });
  const lines = Object.entries(vars ?? {}).map(
    ([name, { value, file, line }]) =>
      `${name}=${JSON.stringify(value)} ${file.replace(/.*\/(?=group_vars|hosts)/, '')}:${line}`,
  );
  expect(lines).toEqual([
    'a=1 hosts:2',
    'ansible_password="[secret]" hosts:2',
    'b=2 hosts:4',
    'c=[1] group_vars/web.yml:4',
  ]);
});
