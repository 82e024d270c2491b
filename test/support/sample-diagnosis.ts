import type { HostDiagnosis, HostFinding, PlayDiagnosis } from '../../src/model/diagnosis.ts';
import type { HostName, KernelRelease, Machine } from '../../src/model/ids.ts';

const machine = 'x86_64' as Machine;

export function examined(
  host: string,
  findings: readonly HostFinding[],
  parts: Partial<Omit<HostDiagnosis, 'host' | 'findings'>> = {},
): HostDiagnosis {
  return {
    host: host as HostName,
    role: 'target',
    result: findings.some(({ status }) => status === 'failed') ? 'failed' : 'ok',
    kernel: { release: '6.1.0-56-cloud-amd64' as KernelRelease, machine },
    os: 'Debian GNU/Linux 13 (trixie)',
    findings,
    ...parts,
  };
}

export const runtime: HostFinding = { check: 'runtime', status: 'ok', found: 'staprun 5.1 (systemtap-runtime 5.1-5)' };
export const noRuntime: HostFinding = {
  check: 'runtime',
  status: 'failed',
  found: 'systemtap-runtime is not installed (no staprun)',
  cure: 'apt-get install -y systemtap-runtime=5.1-5',
  fix: [
    ['apt-get', 'update'],
    ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', 'systemtap-runtime=5.1-5'],
  ],
};
const load = (found: string): HostFinding => ({ check: 'load', status: 'ok', found });
const lockdown: HostFinding = {
  check: 'lockdown',
  status: 'failed',
  found: 'the kernel is locked down (integrity) and refuses unsigned modules',
  cure: 'boot without lockdown= and Secure Boot, or have the play sign its modules',
};

/** Hosts that are well, one that lacks a package, one that nobody can mend from here, one that is not there. */
export const sample: PlayDiagnosis = {
  name: 'Who reads most',
  hosts: [
    ...Array.from({ length: 30 }, (_, index) =>
      examined(`db${String(index + 1).padStart(2, '0')}`, [runtime, load(`${(index % 5) / 100} for each CPU`)]),
    ),
    examined('bare1', [noRuntime, load('0.05 for each CPU')]),
    examined('strict1', [runtime, lockdown]),
    examined(
      'gone1',
      [{ check: 'connection', status: 'failed', found: 'connect ECONNREFUSED', cure: 'is sshd running there?' }],
      { result: 'unreachable' },
    ),
    examined(
      'builder',
      [
        { check: 'stap', status: 'ok', found: '5.1 (/usr/bin/stap)' },
        {
          check: 'headers',
          status: 'warning',
          found: 'gcc 12 is wanted,\x1b[31m gcc 14 is there\nrm -rf /',
          cure: 'apt-get install -y gcc-12',
          fix: [['apt-get', 'install', '-y', 'gcc-12']],
          kernel: '6.1.0-56-cloud-amd64 x86_64',
        },
        {
          check: 'debuginfo',
          status: 'unknown',
          found: 'the host does not say',
          kernel: '6.1.0-56-cloud-amd64 x86_64',
        },
      ],
      { role: 'build-host' },
    ),
  ],
};
