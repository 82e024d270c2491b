import { describe, expect, test } from 'vitest';
import type { KernelRelease, Machine } from '../../../src/model/ids.ts';
import type { RunEntry } from '../../../src/model/run-head.ts';
import { toJsonLine } from '../../../src/report/layout/json-line.ts';
import { formatFacts, type ShownFacts } from '../../../src/report/texts/facts-text.ts';
import { askForFixes, formatFixes, formatFixFailure, formatFixRun } from '../../../src/report/texts/fixes-text.ts';
import { formatNextSteps } from '../../../src/report/texts/init-text.ts';
import { formatHostVariables } from '../../../src/report/texts/inventory-text.ts';
import { formatPrunedRuns } from '../../../src/report/texts/prune-text.ts';
import { formatRunsAsJson } from '../../../src/report/texts/runs-table.ts';
import { formatJobChanges } from '../../../src/report/texts/schedule-text.ts';
import { formatServerKeys } from '../../../src/report/texts/trust-text.ts';
import { host } from '../../support/sample-run.ts';

describe('facts', () => {
  const facts: ShownFacts = {
    kernel: {
      release: '6.1.0-26-amd64' as KernelRelease,
      machine: 'x86_64' as Machine,
      version: '#1 SMP Debian 6.1.112-1',
    },
    os: { id: 'debian', name: 'Debian GNU/Linux 12 (bookworm)' },
    user: { name: 'admin' },
    sudo: 'passwordless',
    staprun: { path: '/usr/bin/staprun', version: '5.1' },
    runtimePackage: { name: 'systemtap-runtime', version: '5.1-5' },
    cpus: 4,
    loadAverage: [0.5, 0.25, 0],
    freeBytes: 12_345_678_900,
    uploadDirectory: '/var/tmp',
  };

  test('of a host are a line each', () => {
    expect(formatFacts({ host: host('db1'), result: 'ready', facts })).toMatchInlineSnapshot(`
      "db1
          kernel   6.1.0-26-amd64 x86_64 (#1 SMP Debian 6.1.112-1)
          system   Debian GNU/Linux 12 (bookworm)
          user     admin, sudo: passwordless
          staprun  5.1 (/usr/bin/staprun)
          package  systemtap-runtime 5.1-5
          load     0.5 0.25 0 on 4 CPUs
          free     12346 MB in /var/tmp
      "
    `);
  });

  test('that a host does not tell are named as such, and controls in what it tells do nothing', () => {
    const { staprun: _s, runtimePackage: _r, freeBytes: _f, ...rest } = facts;
    const bare = { ...rest, os: {}, becomeUser: { name: 'root\x1b[2J' } };
    expect(formatFacts({ host: host('db1'), result: 'ready', facts: bare })).toMatchInlineSnapshot(`
      "db1
          kernel   6.1.0-26-amd64 x86_64 (#1 SMP Debian 6.1.112-1)
          system   unknown
          user     admin, becomes root
          staprun  missing
          package  none
          load     0.5 0.25 0 on 4 CPUs
          free     unknown in /var/tmp
      "
    `);
  });

  test('of a host that was not reached are why, and what helps', () => {
    const failure = { stage: 'connect', cause: 'the connection was refused', cure: 'is sshd running there?' } as const;
    expect(formatFacts({ host: host('db2'), result: 'unreachable', failure })).toMatchInlineSnapshot(`
      "db2
          unreachable: the connection was refused
          is sshd running there?
      "
    `);
  });
});

describe('keys of servers', () => {
  test('stand below the host, each with what became of it', () => {
    const failure = { kind: 'host-key-changed', cause: 'another key is known', cure: 'ssh-keygen -R db1' };
    const keys = [
      { fingerprint: 'ssh-ed25519 SHA256:aaa', state: 'known' },
      { fingerprint: 'ecdsa-sha2-nistp256 SHA256:bbb', state: 'written', file: '/root/.ssh/known_hosts' },
      { fingerprint: 'ssh-rsa SHA256:ccc', state: 'refused', failure },
    ] as const;
    const shown = { host: 'db1', server: '[10.0.0.1]:2222', role: 'bastion', result: 'shown', keys } as const;
    expect(formatServerKeys(shown)).toMatchInlineSnapshot(`
      "db1 [10.0.0.1]:2222 (a bastion on the way)
          ssh-ed25519         SHA256:aaa  known
          ecdsa-sha2-nistp256 SHA256:bbb  written to /root/.ssh/known_hosts
          ssh-rsa             SHA256:ccc  REFUSED
          another key is known
          ssh-keygen -R db1
      "
    `);
  });

  test('of a host that was not reached are why', () => {
    const failure = { kind: 'timed-out', cause: 'no answer within 20 s' };
    const shown = { host: 'db1', server: 'db1', role: 'host', result: 'unreachable', failure } as const;
    expect(formatServerKeys(shown)).toBe('db1\n    unreachable: no answer within 20 s\n');
  });
});

describe('fixes', () => {
  const quote = (argv: readonly string[]): string => argv.join(' ');
  const diagnosis = (name: string, ...commands: readonly string[]) => ({
    host: host(name),
    role: 'target' as const,
    result: 'failed' as const,
    findings: [
      {
        check: 'staprun',
        status: 'failed' as const,
        found: 'missing',
        cure: 'install it',
        fix: commands.map(line => line.split(' ')),
      },
    ],
  });

  test('that are the same stand once, below all of their hosts', () => {
    const install = 'apt-get install -y systemtap-runtime';
    const diagnoses = [diagnosis('db1', install), diagnosis('web1', 'dnf install -y x'), diagnosis('db2', install)];
    expect(formatFixes(diagnoses, quote)).toMatchInlineSnapshot(`
      "db[1,2]
          apt-get install -y systemtap-runtime
      web1
          dnf install -y x
      "
    `);
    expect([askForFixes(1), askForFixes(3)]).toEqual([
      'Run these as root on this host (yes/no)? ',
      'Run these as root on these 3 hosts (yes/no)? ',
    ]);
  });

  test('say whose they are while they run, and when they fail', () => {
    expect(formatFixRun(host('db1'), ['modprobe', 'relay'], quote)).toBe('db1: modprobe relay\n');
    expect(formatFixFailure(host('db1'), 'exit code 1', ['no such module', '\x1b]0;title\x07'])).toBe(
      'db1: FAILED: exit code 1\ndb1:     no such module\ndb1:     \n',
    );
  });
});

test("a host's variables have their values and places, and nothing in them acts on a terminal", () => {
  const vars = {
    ansible_port: { value: 2222, file: 'hosts.ini', line: 3 },
    note: { value: 'a\x1b[31mb', file: 'group_vars/all.yml', line: 1 },
    list: { value: ['x', 1], file: 'hosts.ini', line: 4 },
  };
  expect(formatHostVariables({ name: host('db1'), groups: ['db', 'all'], vars })).toMatchInlineSnapshot(`
    "db1
        groups: db, all
        ansible_port: 2222
            hosts.ini:3
        note: ab
            group_vars/all.yml:1
        list: ["x",1]
            hosts.ini:4
    "
  `);
});

test('JSON is the same for programs, and does nothing to a terminal', () => {
  const value = { text: 'a\x1b[31m\x9b2J\u202ereversed', plain: 'größe 日本' };
  const line = toJsonLine(value);
  expect(JSON.parse(line)).toEqual(value);
  expect(line).toBe('{"text":"a\\u001b[31m\\u009b2J\\u202ereversed","plain":"größe 日本"}\n');
});

test('of runs that are removed the number and the size are told', () => {
  const pruned = { removed: ['a', 'b'], bytes: 5_000_000, kept: 1 };
  expect(formatPrunedRuns(pruned, 'remove')).toBe('2 runs removed (5MB), 1 kept\n');
  expect(formatPrunedRuns({ ...pruned, removed: ['a'] }, 'only-look')).toBe('1 run would be removed (5MB), 1 kept\n');
});

test('a run that cannot be read is an object as well', () => {
  const run = { id: '20261123T004105Z-1a2b3c', directory: '/state/x', state: 'unreadable', reason: 'no head' };
  expect(JSON.parse(formatRunsAsJson([run as RunEntry]))).toEqual(run);
});

test('the next steps go into the folder first, where that is another one', () => {
  expect(formatNextSteps('.')).not.toContain('cd ');
  expect(formatNextSteps('probes')).toContain('\n  cd probes\n  git init ');
});

test('what was done for a job is a line each', () => {
  const changes = [
    { kind: 'file', became: 'written', path: '/etc/systemd/system/x.timer' },
    { kind: 'command', argv: ['systemctl', 'enable', '--now', 'x.timer'] },
    { kind: 'file', became: 'removed', path: '/etc/systemd/system/x.timer' },
    ...(['added', 'kept', 'removed', 'absent'] as const).map(became => ({ kind: 'crontab', became }) as const),
  ] as const;
  expect(formatJobChanges(changes)).toMatchInlineSnapshot(`
    "wrote /etc/systemd/system/x.timer
    systemctl enable --now x.timer
    removed /etc/systemd/system/x.timer
    added to the crontab (crontab -l shows it)
    the crontab has it already
    removed from the crontab
    the crontab does not have it
    "
  `);
});
