import { expect, test } from 'vitest';
import { formatDiagnosis } from '../../../src/report/texts/doctor-table.ts';
import { examined, runtime, sample } from '../../support/sample-diagnosis.ts';

const show = (columns: number, verbosity: 'normal' | 'quiet'): string =>
  formatDiagnosis(sample, { colour: 'plain', columns, verbosity });

test('hosts with the same problems share a table, what holds may differ', () => {
  expect(show(80, 'normal')).toMatchInlineSnapshot(`
    "PLAY [Who reads most]

    db[01-30]
      target, 30 hosts, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      ok       runtime  staprun 5.1 (systemtap-runtime 5.1-5)
      ok       load     0 for each CPU; 0.01 for each CPU; 0.02 for each CPU; and 2
                          more

    bare1  target, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      FAILED   runtime  systemtap-runtime is not installed (no staprun)
                        → apt-get install -y systemtap-runtime=5.1-5
      ok       load     0.05 for each CPU

    strict1  target, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      ok       runtime   staprun 5.1 (systemtap-runtime 5.1-5)
      FAILED   lockdown  the kernel is locked down (integrity) and refuses unsigned
                           modules
                         → boot without lockdown= and Secure Boot, or have the play
                           sign its modules

    gone1  target, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      FAILED   connection  connect ECONNREFUSED
                           → is sshd running there?

    builder  build host, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      ok       stap       5.1 (/usr/bin/stap)
      for 6.1.0-56-cloud-amd64 x86_64
      warning  headers    gcc 12 is wanted, gcc 14 is thererm -rf /
                          → apt-get install -y gcc-12
      unknown  debuginfo  the host does not say

    34 hosts: 31 ready, 2 with failures, 1 unreachable
    "
  `);
});

test('quietly: only what does not hold', () => {
  expect(show(80, 'quiet')).toMatchInlineSnapshot(`
    "PLAY [Who reads most]

    bare1  target, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      FAILED   runtime  systemtap-runtime is not installed (no staprun)
                        → apt-get install -y systemtap-runtime=5.1-5

    strict1  target, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      FAILED   lockdown  the kernel is locked down (integrity) and refuses unsigned
                           modules
                         → boot without lockdown= and Secure Boot, or have the play
                           sign its modules

    gone1  target, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      FAILED   connection  connect ECONNREFUSED
                           → is sshd running there?

    builder  build host, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      for 6.1.0-56-cloud-amd64 x86_64
      warning  headers    gcc 12 is wanted, gcc 14 is thererm -rf /
                          → apt-get install -y gcc-12

    34 hosts: 31 ready, 2 with failures, 1 unreachable
    "
  `);
});

test('nothing is wider than the terminal but words that are', () => {
  for (const columns of [60, 80, 200]) {
    for (const line of show(columns, 'normal').split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('colours', () => {
  const text = formatDiagnosis(sample, { colour: 'colour', columns: 80, verbosity: 'quiet' });
  expect(text).toContain('\x1b[31mFAILED \x1b[39m');
  expect(text).not.toContain('\x1b[31m gcc');
});

test('values that are measured make no table of their own; a host in two roles is one host', () => {
  const warn = (check: string, found: string) => ({ check, status: 'warning', found, cure: 'set it' }) as const;
  const hosts = [
    ...Array.from({ length: 300 }, (_, index) =>
      examined(`db${index + 1}`, [
        warn('clock', `its clock is ${index / 10} s behind ours`),
        warn(
          'leftovers',
          `a directory of earlier runs: /tmp/tapbook-20261123T0200${10 + (index % 50)}Z-9c6eea-Xy${index}`,
        ),
      ]),
    ),
    examined('db1', [runtime], { role: 'build-host' }),
  ];
  const text = formatDiagnosis({ name: 'p', hosts }, { colour: 'plain', columns: 120, verbosity: 'quiet' });
  expect(text).toMatchInlineSnapshot(`
    "PLAY [p]

    db[1-300]  target, 300 hosts, 6.1.0-56-cloud-amd64 x86_64, Debian GNU/Linux 13 (trixie)
      warning  leftovers  a directory of earlier runs: /tmp/tapbook-20261123T020010Z-9c6eea-Xy0; a directory of earlier
                            runs: /tmp/tapbook-20261123T020011Z-9c6eea-Xy1; a directory of earlier runs:
                            /tmp/tapbook-20261123T020012Z-9c6eea-Xy2; and 297 more
                          → set it
      warning  clock      its clock is 0 s behind ours; its clock is 0.1 s behind ours; its clock is 0.2 s behind ours; and
                            297 more
                          → set it

    300 hosts: 300 ready
    "
  `);
});
