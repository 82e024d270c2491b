import { expect, it } from 'vitest';
import type { SshConnection } from '../../../../src/model/host.ts';
import { Secret } from '../../../../src/model/secret.ts';
import { sshArguments } from '../../../../src/transport/openssh/master/ssh-arguments.ts';

const limits = { connect: 10_500, keepalive: 200, keepaliveCount: 3 };
const bare: SshConnection = { kind: 'ssh', client: 'openssh', address: 'db1' };

it('leaves to ssh_config what the inventory does not say', () => {
  expect(shown(sshArguments(bare, limits, '/run/s'))).toMatchInlineSnapshot(`
    "-o ControlMaster=yes
    -o ControlPersist=no
    -o BatchMode=yes
    -o NumberOfPasswordPrompts=1
    -o ConnectTimeout=11
    -o ServerAliveInterval=1
    -o ServerAliveCountMax=3
    -S
    /run/s
    -v
    -N
    -T
    --
    db1"
  `);
});

it('says all that the inventory does, after what is written for Ansible, and never the password', () => {
  const full: SshConnection = {
    ...bare,
    address: '-oProxyCommand=oops',
    port: 2222,
    user: 'ops "x"',
    privateKeyFile: '/my keys/100%/id',
    knownHostsFile: '/k',
    hostKeyChecking: false,
    password: new Secret('sesame'),
    args: { words: ['-o', 'ControlPath=/theirs', '-C', '-M', '-f'], options: [] },
  };
  const words = sshArguments(full, limits, '/run/s');
  expect(shown(words)).toMatchInlineSnapshot(`
    "-o ControlMaster=yes
    -o ControlPersist=no
    -o BatchMode=no
    -o NumberOfPasswordPrompts=1
    -o Port=2222
    -o User="ops \\"x\\""
    -o IdentityFile="/my keys/100%%/id"
    -o IdentitiesOnly=yes
    -o UserKnownHostsFile="/k"
    -o GlobalKnownHostsFile=/dev/null
    -o StrictHostKeyChecking=no
    -o ConnectTimeout=11
    -o ServerAliveInterval=1
    -o ServerAliveCountMax=3
    -o ControlPath=/theirs
    -C
    -S
    /run/s
    -v
    -N
    -T
    --
    -oProxyCommand=oops"
  `);
  expect(words.join(' ')).not.toContain('sesame');
});

it('has host keys checked where the inventory wants that', () => {
  expect(sshArguments({ ...bare, hostKeyChecking: true }, limits, '/run/s')).toContain('StrictHostKeyChecking=yes');
});

function shown(words: readonly string[]): string {
  return words.join('\n').replaceAll('-o\n', '-o ');
}
