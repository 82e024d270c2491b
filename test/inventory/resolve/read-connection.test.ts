import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { ConnectionSettings } from '../../../src/model/host.ts';
import { complaints, hostOf, loadFine } from '../rig.ts';

async function connectionOf(vars: string): Promise<ConnectionSettings> {
  return hostOf(await loadFine({ hosts: `h ${vars}\n` }), 'h').connection;
}

describe('readConnection', () => {
  test.each<[vars: string, connection: ConnectionSettings]>([
    ['', { kind: 'ssh', client: 'any', address: 'h' }],
    ['ansible_host=10.0.0.1 ansible_port=2222', { kind: 'ssh', client: 'any', address: '10.0.0.1', port: 2222 }],
    ['ansible_host=[::1] ansible_port="\'2222\'"', { kind: 'ssh', client: 'any', address: '::1', port: 2222 }],
    [
      'ansible_ssh_host=a ansible_ssh_port=1 ansible_ssh_user=u',
      { kind: 'ssh', client: 'any', address: 'a', port: 1, user: 'u' },
    ],
    ['ansible_host=weak ansible_ssh_host=strong', { kind: 'ssh', client: 'any', address: 'strong' }],
    ['ansible_user=1000', { kind: 'ssh', client: 'any', address: 'h', user: '1000' }],
    ['ansible_host= ansible_user=None', { kind: 'ssh', client: 'any', address: 'h' }],
    ['ansible_connection=smart', { kind: 'ssh', client: 'any', address: 'h' }],
    ['ansible_connection=paramiko', { kind: 'ssh', client: 'any', address: 'h' }],
    ['ansible_connection=local', { kind: 'local' }],
    ['ansible_connection=local ansible_become=1', { kind: 'local', become: { method: 'sudo', user: 'root' } }],
    [
      'ansible_become=true ansible_become_user=stap',
      { kind: 'ssh', client: 'any', address: 'h', become: { method: 'sudo', user: 'stap' } },
    ],
    ['ansible_become=no ansible_become_method=su', { kind: 'ssh', client: 'any', address: 'h' }],
    [
      'ansible_ssh_private_key_file=~/.ssh/id tapbook_known_hosts_file=keys/known_hosts',
      {
        kind: 'ssh',
        client: 'any',
        address: 'h',
        privateKeyFile: `${homedir()}/.ssh/id`,
        knownHostsFile: 'keys/known_hosts',
      },
    ],
    ['ansible_timeout=0', { kind: 'ssh', client: 'any', address: 'h' }],
    [
      'ansible_timeout=60 tapbook_probe_timeout=2m',
      { kind: 'ssh', client: 'any', address: 'h', limits: { connectSeconds: 60, probeSeconds: 120 } },
    ],
    [
      'ansible_timeout=60 ansible_ssh_timeout=61 ansible_connection=local tapbook_command_timeout="{{ 90 }}"',
      { kind: 'local', limits: { connectSeconds: 61, commandSeconds: 90 } },
    ],
    [
      'ansible_ssh_timeout=61 tapbook_connect_timeout=1m2s',
      { kind: 'ssh', client: 'any', address: 'h', limits: { connectSeconds: 62 } },
    ],
  ])('%s', async (vars, connection) => {
    expect(await connectionOf(vars)).toEqual(connection);
  });

  test.each([
    ['ansible_become_password=a', 'a'],
    ['ansible_become_password=a ansible_become_pass=b', 'b'],
    ['ansible_become_pass=b ansible_sudo_pass=1234', '1234'],
  ])('the password of %s', async (vars, password) => {
    const { become } = await connectionOf(`ansible_become=yes ${vars}`);
    expect(become?.password?.reveal()).toBe(password);
  });

  test('what cannot be', async () => {
    const lines = [
      'a ansible_port=abc',
      'b ansible_port=70000',
      'c ansible_port=0',
      'd ansible_host="{{ inventory_hostname }}.lan"',
      'e ansible_host="a b"',
      'f ansible_user=[1]',
      'g ansible_connection=winrm',
      'i ansible_become=maybe',
      'j ansible_become=yes ansible_become_method=runas',
      'l ansible_ssh_args="-o"',
      'm ansible_ssh_common_args="-J b host" ansible_ssh_args=-C',
      'n ansible_timeout=soon',
      'o tapbook_probe_timeout=0',
      'p tapbook_command_timeout=25h',
      'k ansible_become=yes ansible_become_password="{{ vault }}"',
    ];
    expect(await complaints({ hosts: lines.join('\n') })).toMatchInlineSnapshot(`
      "hosts:1:16 "abc" invalid-variable: "abc" is no port; write a number from 1 to 65535
      hosts:2:16 "70000" invalid-variable: "70000" is no port; write a number from 1 to 65535
      hosts:3:16 "0" invalid-variable: "0" is no port; write a number from 1 to 65535
      hosts:5:16 ""a b"" invalid-variable: "a b" is no address; write a name or an address
      hosts:6:16 "[1]" invalid-variable: ansible_user is no text; write it in quotes
      hosts:7:22 "winrm" invalid-connection: tapbook cannot reach a host by "winrm"; use ssh, openssh or local
      hosts:8:18 "maybe" invalid-variable: ansible_become is neither true nor false; write true or false
      hosts:9:44 "runas" invalid-become: tapbook cannot become another user by "runas"; use sudo, su or doas
      hosts:10:20 ""-o"" invalid-variable: nothing follows -o; write options as on the command line of ssh
      hosts:11:27 ""-J b host"" invalid-variable: "host" is no option of ssh; write options as on the command line of ssh
      hosts:12:19 "soon" invalid-variable: "soon" is no duration from a second to a day; write seconds, or 90s or 2m
      hosts:13:25 "0" invalid-variable: "0" is no duration from a second to a day; write seconds, or 90s or 2m
      hosts:14:27 "25h" invalid-variable: "25h" is no duration from a second to a day; write seconds, or 90s or 2m
      hosts:15:46 "*************" unknown-variable: no variable "vault" (in ansible_become_password of k); set it in vars, group_vars, host_vars or with -e vault=…"
    `);
  });

  test('what all hosts of a group inherit is said once', async () => {
    expect(await complaints({ hosts: '[web]\nw[1:500]\n[web:vars]\nansible_port=ssh\n' })).toMatchInlineSnapshot(
      `"hosts:4:14 "ssh" invalid-variable: "ssh" is no port; write a number from 1 to 65535"`,
    );
  });

  test.each<[args: string, options: string[], configFile?: string]>([
    ['-J ops@bastion:2222', ['proxyjump=ops@bastion:2222']],
    ['-Jb -oPort=2222 -o "User ops"', ['proxyjump=b', 'port=2222', 'user=ops']],
    [
      '-o StrictHostKeyChecking=no -o UserKnownHostsFile="/dev/null"',
      ['stricthostkeychecking=no', 'userknownhostsfile=/dev/null'],
    ],
    ['-F ~/other -vvqTC -L 1:h:2', ['compression=yes', '-L=1:h:2'], `${homedir()}/other`],
    [`-o 'ProxyCommand=ssh -W "%h:%p" -q b'`, ['proxycommand=ssh -W "%h:%p" -q b']],
  ])('arguments for ssh: %s', async (args, options, configFile) => {
    const connection = await connectionOf(`ansible_ssh_common_args=${JSON.stringify(args)}`);
    const read = connection.kind === 'ssh' ? connection.args : undefined;
    expect(read?.options.map(({ keyword, value }) => `${keyword}=${value}`)).toEqual(options);
    expect(read?.configFile).toBe(configFile);
  });

  test('arguments may be a line each, and hold a #', async () => {
    const { host } = {
      host: await loadFine({ 'h.yml': 'all: { hosts: { h: { ansible_ssh_args: "-C\\n-i /k#1\\n" } } }' }),
    };
    const { connection } = hostOf(host, 'h');
    expect(connection.kind === 'ssh' && connection.args).toMatchObject({
      words: ['-C', '-i', '/k#1'],
      leading: { words: 3, options: 2 },
    });
  });

  test('arguments of all three variables come in the order of Ansible', async () => {
    const connection = await connectionOf('ansible_ssh_extra_args=-4 ansible_ssh_common_args=-A ansible_ssh_args=-C');
    expect(connection.kind === 'ssh' && connection.args?.words).toEqual(['-C', '-A', '-4']);
  });
});
