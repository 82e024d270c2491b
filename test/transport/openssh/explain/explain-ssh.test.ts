import { describe, expect, it } from 'vitest';
import type { SshConnection } from '../../../../src/model/host.ts';
import { explainLoss } from '../../../../src/transport/openssh/explain/explain-loss.ts';
import { explainSsh } from '../../../../src/transport/openssh/explain/explain-ssh.ts';
import { newSshLog, readLogLine, type SshLog } from '../../../../src/transport/openssh/explain/parse-ssh-log.ts';
import { shown } from '../../ssh/rig.ts';

const db1: SshConnection = { kind: 'ssh', client: 'openssh', address: 'db1', user: 'ops' };

const handshake = [
  'OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026',
  'debug1: Reading configuration data /etc/ssh/ssh_config',
  'debug1: Connecting to db1 [10.0.0.7] port 2222.',
  'debug1: Connection established.',
  'debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1',
];
const keys = [
  ...handshake,
  "debug1: Authenticating to db1:2222 as 'ops'",
  'debug1: Server host key: ssh-ed25519 SHA256:oUncmsICV0Jk5huVUSxfWBrzc7HC8GiBIfYgK+bK9NQ',
];
const login = [...keys, 'debug1: SSH2_MSG_NEWKEYS received', 'debug1: Authentications that can continue: publickey'];

/** What ssh 9.2 has said to real faults, and, where it says so, what others say. */
describe('what ssh says', () => {
  it.each<[string, readonly string[], string]>([
    [
      'no route',
      [handshake[2] ?? '', 'ssh: connect to host db1 port 2222: No route to host'],
      'no-route | there is no route to db1:2222 | check the network, and ansible_host',
    ],
    [
      'no network',
      ['ssh: connect to host db1 port 22: Network is unreachable'],
      'no-route | there is no route to db1:22 | check the network, and ansible_host',
    ],
    [
      'no answer to TCP',
      ['ssh: connect to host db1 port 22: Connection timed out'],
      'timed-out | db1:22 does not answer (TCP connection) | is the host up? check ansible_host, and firewalls',
    ],
    [
      'no answer to TCP, on macOS',
      ['ssh: connect to host db1 port 22: Operation timed out'],
      'timed-out | db1:22 does not answer (TCP connection) | is the host up? check ansible_host, and firewalls',
    ],
    [
      'something else of the network',
      ['ssh: connect to host db1 port 22: Permission denied'],
      'protocol | cannot connect to db1:22: Permission denied',
    ],
    [
      'a name that cannot be looked up now',
      ['ssh: Could not resolve hostname db1: Temporary failure in name resolution'],
      'name-not-found | the name db1 cannot be resolved | set ansible_host to an address, or mend DNS',
    ],
    [
      'no banner',
      [
        ...handshake.slice(0, 4),
        'Connection timed out during banner exchange',
        'Connection to 10.0.0.7 port 22 timed out',
      ],
      'timed-out | db1:2222 does not answer (SSH handshake) | is that an SSH server, and is the host overloaded? try: ssh -v, or --connect-timeout 1m',
    ],
    [
      'a reset before the banner',
      [
        ...handshake.slice(0, 4),
        'kex_exchange_identification: read: Connection reset by peer',
        'Connection reset by 10.0.0.7 port 2222',
      ],
      'dropped | db1:2222 closed the connection before the SSH handshake | sshd may be full (MaxStartups), or have banned this address',
    ],
    [
      'an end before the banner, by an ssh before 8',
      [...handshake.slice(0, 4), 'ssh_exchange_identification: Connection closed by remote host'],
      'dropped | db1:2222 closed the connection before the SSH handshake | sshd may be full (MaxStartups), or have banned this address',
    ],
    [
      'a word of a banned address',
      [
        ...handshake.slice(0, 4),
        'debug1: kex_exchange_identification: banner line 0: Not allowed at this time',
        'kex_exchange_identification: Connection closed by remote host',
        'Connection closed by 10.0.0.7 port 2222',
      ],
      'dropped | db1:2222 closed the connection before the SSH handshake (Not allowed at this time) | sshd may be full (MaxStartups), or have banned this address',
    ],
    [
      'no host key in common',
      [
        ...handshake,
        'Unable to negotiate with 10.0.0.7 port 2222: no matching host key type found. Their offer: ssh-rsa,ssh-dss',
      ],
      'protocol | db1:2222 has no algorithm in common with us: no matching host key type found. Their offer: ssh-rsa,ssh-dss | its sshd is too old, or set up too strictly: see Ciphers, KexAlgorithms and HostKeyAlgorithms there',
    ],
    [
      'a host key that nobody has asked about',
      [...keys, 'Host key verification failed.'],
      'host-key-unknown | the host key of [db1]:2222 is not known: ssh-ed25519 SHA256:… | if that is its fingerprint: ssh-keyscan -p 2222 db1 >> ~/.ssh/known_hosts',
    ],
    [
      'another host key than known, of another type',
      [
        ...keys,
        '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
        'Add correct host key in /home/ops/.ssh/known_hosts to get rid of this message.',
        'Offending ECDSA key in /home/ops/.ssh/known_hosts:7',
        'Host key for [db1]:2222 has changed and you have requested strict checking.',
        'Host key verification failed.',
      ],
      "host-key-changed | the host key of [db1]:2222 has changed: known is another ECDSA key (/home/ops/.ssh/known_hosts:7), shown was ssh-ed25519 SHA256:… | find out why; if it is right: ssh-keygen -f /home/ops/.ssh/known_hosts -R '[db1]:2222' && ssh-keyscan -p 2222 db1 >> /home/ops/.ssh/known_hosts",
    ],
    [
      'keys of the agent, refused',
      [
        ...login,
        'debug1: Offering public key: ops@laptop ED25519 SHA256:9vsyE+t5wwy+G9Q6y8YmGbHzzKlfTCawIZCBMLKaAao agent',
        'debug1: Authentications that can continue: publickey,gssapi-with-mic',
        'debug1: Next authentication method: gssapi-with-mic',
        'debug1: No more authentication methods to try.',
        'ops@db1: Permission denied (publickey,gssapi-with-mic).',
      ],
      'authentication | db1:2222 refuses user ops (offered: key ops@laptop of the agent, a Kerberos ticket; it takes: publickey, gssapi-with-mic) | check ansible_user, and that the key is in ~ops/.ssh/authorized_keys there',
    ],
    [
      'an end while it logs in',
      [
        ...login,
        'debug1: Offering public key: /k RSA SHA256:9vsyE+t5wwy+G9Q6y8YmGbHzzKlfTCawIZCBMLKaAao explicit',
        'Connection closed by 10.0.0.7 port 2222',
      ],
      "authentication | db1:2222 closed the connection while ops was logging in (offered: key /k) | see sshd's log there; with many keys in the agent, name the right one in ansible_ssh_private_key_file",
    ],
    [
      'settings that others can write',
      ['Bad owner or permissions on /home/ops/.ssh/config'],
      'protocol | ssh does not understand what it was given: Bad owner or permissions on /home/ops/.ssh/config | check ssh_config, ansible_host, ansible_port and ansible_ssh_args',
    ],
    [
      'a jump host that may not pass it on',
      [
        'debug1: Setting implicit ProxyCommand from ProxyJump: ssh -v -W [%h]:%p bastion',
        "debug1: Executing proxy command: exec ssh -v -W '[db1]:2222' bastion",
        'debug1: Connecting to bastion [10.0.0.1] port 22.',
        "debug1: Authenticating to bastion:22 as 'ops'",
        'channel 0: open failed: administratively prohibited: open failed',
        'stdio forwarding failed',
        'kex_exchange_identification: Connection closed by remote host',
        'Connection closed by UNKNOWN port 65535',
      ],
      'protocol | the jump host cannot reach db1:22: administratively prohibited: open failed | try it from there; is AllowTcpForwarding on in its sshd_config?',
    ],
    [
      'a jump host that is full',
      [
        "debug1: Executing proxy command: exec ssh -v -W '[db1]:2222' bastion",
        'debug1: Connecting to bastion [10.0.0.1] port 22.',
        'kex_exchange_identification: Connection closed by remote host',
        'Connection closed by 10.0.0.1 port 22',
        'kex_exchange_identification: Connection closed by remote host',
        'Connection closed by UNKNOWN port 65535',
      ],
      'dropped | the way to db1:22 failed: bastion:22 closed the connection before the SSH handshake | sshd may be full (MaxStartups), or have banned this address',
    ],
    [
      'what we do not know',
      ['\x1b[31mfatal:\x07something new'],
      "protocol | ssh does not connect to db1:22: fatal: something new | sshd's log there may say more; try: ssh -v",
    ],
    [
      'nothing',
      [],
      "protocol | ssh does not connect to db1:22: it ended without a word | sshd's log there may say more; try: ssh -v",
    ],
  ])('to %s', (_what, lines, expected) => {
    expect(shown(explainSsh(db1, heard(lines), 'ssh')).replaceAll('\n', ' | ')).toBe(expected);
  });
});

describe('the end of a connection', () => {
  it.each([
    [['Timeout, server db1 not responding.'], 'the host stopped answering (keepalive)'],
    [['Connection to db1 closed by remote host.'], 'the host closed the connection'],
    [['client_loop: send disconnect: Broken pipe'], 'the host closed the connection'],
    [['Read from remote host db1: Connection reset by peer'], 'the host reset the connection'],
    [
      ['Received disconnect from 10.0.0.7 port 22:2: Maintenance', 'Disconnected from 10.0.0.7 port 22'],
      'the host ended the connection: Maintenance',
    ],
    [['Bad packet length 1349676916.'], 'the connection was lost: Bad packet length 1349676916.'],
    [[], 'ssh has ended'],
  ])('after %j', (lines, expected) => {
    expect(explainLoss(heard(lines))).toBe(expected);
  });
});

it('keeps no more of what ssh says than can tell anything', () => {
  const talk = heard([
    ...Array.from({ length: 1_000 }, (_, index) => `line ${index} ${'x'.repeat(1_000)}`),
    ...Array.from({ length: 1_000 }, (_, index) => `debug1: Offering public key: /k${index} RSA SHA256:x explicit`),
  ]);
  expect(talk.words.length).toBe(40);
  expect(Math.max(...talk.words.map(word => word.length))).toBe(400);
  expect(talk.offered.length).toBe(20);
});

function heard(lines: readonly string[]): SshLog {
  const talk = newSshLog();
  for (const line of lines) readLogLine(talk, line);
  return talk;
}
