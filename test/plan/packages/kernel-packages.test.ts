import { describe, expect, test } from 'vitest';
import { install } from '../../../src/plan/packages/install-command.ts';
import { kernelPackages } from '../../../src/plan/packages/kernel-packages.ts';
import { makeKernel } from '../rig.ts';

/** `NAME VERSION ARCH` of the headers, and of the debuginfo. */
function packages(release: string, version: string, machine = 'x86_64'): readonly string[] {
  const found = kernelPackages(makeKernel(release, version, machine));
  if (found === undefined) return ['unknown'];
  const { origin, headers, debuginfo } = found;
  const written = [...headers, ...debuginfo].map(({ name, version: exact, arch }) =>
    [name, exact ?? '-', ...(arch === undefined ? [] : [arch])].join(' '),
  );
  return [origin, ...written];
}

const rpmBuild = '#1 SMP PREEMPT_DYNAMIC Wed May 1 19:11:28 UTC 2024';

/** `uname -r`, `uname -v` and `uname -m` as real hosts have them. */
describe.each<[distribution: string, samples: readonly (readonly string[])[]]>([
  [
    'Debian',
    [
      [
        '6.1.0-56-cloud-amd64',
        '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)',
        'x86_64',
        'debian',
        'linux-headers-6.1.0-56-cloud-amd64 6.1.192-2',
        'linux-image-6.1.0-56-cloud-amd64-dbg 6.1.192-2',
      ],
      [
        '5.10.0-33-amd64',
        '#1 SMP Debian 5.10.226-1 (2024-10-03)',
        'x86_64',
        'debian',
        'linux-headers-5.10.0-33-amd64 5.10.226-1',
        'linux-image-5.10.0-33-amd64-dbg 5.10.226-1',
      ],
      [
        '6.1.0-0.deb11.17-amd64',
        '#1 SMP PREEMPT_DYNAMIC Debian 6.1.69-1~bpo11+1 (2024-01-05)',
        'x86_64',
        'debian',
        'linux-headers-6.1.0-0.deb11.17-amd64 6.1.69-1~bpo11+1',
        'linux-image-6.1.0-0.deb11.17-amd64-dbg 6.1.69-1~bpo11+1',
      ],
      [
        '6.1.0-31-rt-amd64',
        '#1 SMP PREEMPT_RT Debian 6.1.128-1 (2025-02-07)',
        'x86_64',
        'debian',
        'linux-headers-6.1.0-31-rt-amd64 6.1.128-1',
        'linux-image-6.1.0-31-rt-amd64-dbg 6.1.128-1',
      ],
      [
        '6.12.107+deb13-arm64',
        '#1 SMP PREEMPT_DYNAMIC Debian 6.12.107-1 (2026-10-30)',
        'aarch64',
        'debian',
        'linux-headers-6.12.107+deb13-arm64 6.12.107-1',
        'linux-image-6.12.107+deb13-arm64-dbg 6.12.107-1',
      ],
    ],
  ],
  [
    'Ubuntu',
    [
      [
        '5.4.0-216-generic',
        '#236-Ubuntu SMP Fri Apr 11 19:53:21 UTC 2025',
        'x86_64',
        'ubuntu',
        'linux-headers-5.4.0-216-generic 5.4.0-216.236',
        'linux-image-5.4.0-216-generic-dbgsym 5.4.0-216.236',
      ],
      [
        '5.15.0-91-generic',
        '#101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023',
        'x86_64',
        'ubuntu',
        'linux-headers-5.15.0-91-generic 5.15.0-91.101',
        'linux-image-5.15.0-91-generic-dbgsym 5.15.0-91.101',
      ],
      [
        '6.5.0-14-generic',
        '#14~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Mon Nov 20 18:15:30 UTC 2',
        'x86_64',
        'ubuntu',
        'linux-headers-6.5.0-14-generic 6.5.0-14.14~22.04.1',
        'linux-image-6.5.0-14-generic-dbgsym 6.5.0-14.14~22.04.1',
      ],
      [
        '6.8.0-1021-aws',
        '#23-Ubuntu SMP Mon Dec  9 23:59:34 UTC 2024',
        'aarch64',
        'ubuntu',
        'linux-headers-6.8.0-1021-aws 6.8.0-1021.23',
        'linux-image-6.8.0-1021-aws-dbgsym 6.8.0-1021.23',
      ],
      [
        '6.8.0-31-lowlatency',
        '#31.1-Ubuntu SMP PREEMPT_DYNAMIC Sun Apr 21 01:12:53 UTC 2024',
        'x86_64',
        'ubuntu',
        'linux-headers-6.8.0-31-lowlatency 6.8.0-31.31.1',
        'linux-image-6.8.0-31-lowlatency-dbgsym 6.8.0-31.31.1',
      ],
      // A flavour that SUSE has too.
      [
        '6.8.0-1017-azure',
        '#20-Ubuntu SMP Tue Oct 22 03:43:13 UTC 2024',
        'x86_64',
        'ubuntu',
        'linux-headers-6.8.0-1017-azure 6.8.0-1017.20',
        'linux-image-6.8.0-1017-azure-dbgsym 6.8.0-1017.20',
      ],
    ],
  ],
  [
    'Enterprise Linux',
    [
      [
        '2.6.18-398.el5',
        '#1 SMP Tue Sep 16 20:50:52 EDT 2014',
        'x86_64',
        'enterprise-linux',
        'kernel-devel 2.6.18-398.el5 x86_64',
        'kernel-debuginfo 2.6.18-398.el5 x86_64',
      ],
      [
        '2.6.18-398.el5PAE',
        '#1 SMP Tue Sep 16 20:50:52 EDT 2014',
        'i686',
        'enterprise-linux',
        'kernel-PAE-devel 2.6.18-398.el5 i686',
        'kernel-PAE-debuginfo 2.6.18-398.el5 i686',
      ],
      [
        '2.6.18-8.1.15.el5xen',
        '#1 SMP Mon Oct 22 08:32:28 EDT 2007',
        'x86_64',
        'enterprise-linux',
        'kernel-xen-devel 2.6.18-8.1.15.el5 x86_64',
        'kernel-xen-debuginfo 2.6.18-8.1.15.el5 x86_64',
      ],
      [
        '2.6.32-754.35.1.el6.i686',
        '#1 SMP Sat Nov 7 12:42:14 UTC 2020',
        'i686',
        'enterprise-linux',
        'kernel-devel 2.6.32-754.35.1.el6 i686',
        'kernel-debuginfo 2.6.32-754.35.1.el6 i686',
      ],
      [
        '3.10.0-1160.119.1.el7.x86_64.debug',
        '#1 SMP Tue Jun 4 14:43:51 UTC 2024',
        'x86_64',
        'enterprise-linux',
        'kernel-debug-devel 3.10.0-1160.119.1.el7 x86_64',
        'kernel-debug-debuginfo 3.10.0-1160.119.1.el7 x86_64',
      ],
      [
        '3.10.0-1160.119.1.rt56.1272.el7.x86_64',
        '#1 SMP PREEMPT RT Tue Jun 4 14:43:51 UTC 2024',
        'x86_64',
        'enterprise-linux',
        'kernel-rt-devel 3.10.0-1160.119.1.rt56.1272.el7 x86_64',
        'kernel-rt-debuginfo 3.10.0-1160.119.1.rt56.1272.el7 x86_64',
      ],
      [
        '4.18.0-553.el8_10.s390x',
        '#1 SMP Fri May 24 13:03:57 UTC 2024',
        's390x',
        'enterprise-linux',
        'kernel-devel 4.18.0-553.el8_10 s390x',
        'kernel-debuginfo 4.18.0-553.el8_10 s390x',
      ],
      [
        '5.14.0-427.13.1.el9_4.x86_64',
        rpmBuild,
        'x86_64',
        'enterprise-linux',
        'kernel-devel 5.14.0-427.13.1.el9_4 x86_64',
        'kernel-debuginfo 5.14.0-427.13.1.el9_4 x86_64',
      ],
      [
        '5.14.0-427.13.1.el9_4.x86_64+rt',
        rpmBuild,
        'x86_64',
        'enterprise-linux',
        'kernel-rt-devel 5.14.0-427.13.1.el9_4 x86_64',
        'kernel-rt-debuginfo 5.14.0-427.13.1.el9_4 x86_64',
      ],
      [
        '5.14.0-503.15.1.el9_5.aarch64+64k-debug',
        rpmBuild,
        'aarch64',
        'enterprise-linux',
        'kernel-64k-debug-devel 5.14.0-503.15.1.el9_5 aarch64',
        'kernel-64k-debug-debuginfo 5.14.0-503.15.1.el9_5 aarch64',
      ],
      [
        '6.12.0-55.9.1.el10_0.x86_64+debug',
        rpmBuild,
        'x86_64',
        'enterprise-linux',
        'kernel-debug-devel 6.12.0-55.9.1.el10_0 x86_64',
        'kernel-debug-debuginfo 6.12.0-55.9.1.el10_0 x86_64',
      ],
    ],
  ],
  [
    'Fedora, Amazon, Oracle',
    [
      [
        '6.11.4-301.fc41.x86_64',
        '#1 SMP PREEMPT_DYNAMIC Sun Oct 20 15:02:33 UTC 2024',
        'x86_64',
        'fedora',
        'kernel-devel 6.11.4-301.fc41 x86_64',
        'kernel-debuginfo 6.11.4-301.fc41 x86_64',
      ],
      [
        '5.10.205-195.804.amzn2.x86_64',
        '#1 SMP Fri Jan 12 01:51:05 UTC 2024',
        'x86_64',
        'amazon',
        'kernel-devel 5.10.205-195.804.amzn2 x86_64',
        'kernel-debuginfo 5.10.205-195.804.amzn2 x86_64',
      ],
      [
        '6.1.119-129.201.amzn2023.aarch64',
        '#1 SMP Tue Dec  3 21:07:33 UTC 2024',
        'aarch64',
        'amazon',
        'kernel-devel 6.1.119-129.201.amzn2023 aarch64',
        'kernel-debuginfo 6.1.119-129.201.amzn2023 aarch64',
      ],
      [
        '6.12.22-27.96.amzn2023.x86_64',
        '#1 SMP PREEMPT_DYNAMIC Wed Apr 16 14:53:56 UTC 2025',
        'x86_64',
        'amazon',
        'kernel6.12-devel 6.12.22-27.96.amzn2023 x86_64',
        'kernel6.12-debuginfo 6.12.22-27.96.amzn2023 x86_64',
      ],
      [
        '5.15.0-200.131.27.el8uek.x86_64',
        '#2 SMP Mon Oct 9 20:54:13 PDT 2023',
        'x86_64',
        'oracle-uek',
        'kernel-uek-devel 5.15.0-200.131.27.el8uek x86_64',
        'kernel-uek-debuginfo 5.15.0-200.131.27.el8uek x86_64',
      ],
    ],
  ],
  [
    'SUSE',
    [
      [
        '4.12.14-122.186-default',
        '#1 SMP Wed Nov 1 09:23:54 UTC 2023 (6d2e7a4)',
        'x86_64',
        'suse',
        'kernel-default-devel 4.12.14-122.186.1',
        'kernel-default-debuginfo 4.12.14-122.186.1',
      ],
      [
        '5.14.21-150500.55.7-default',
        '#1 SMP PREEMPT_DYNAMIC Mon Jun 26 11:20:52 UTC 2023 (7e9a8b5)',
        'x86_64',
        'suse',
        'kernel-default-devel 5.14.21-150500.55.7.1',
        'kernel-default-debuginfo 5.14.21-150500.55.7.1',
      ],
      [
        '6.4.0-150600.8.8-azure',
        '#1 SMP PREEMPT_DYNAMIC Thu Jul 18 07:25:15 UTC 2024 (a2b2c3d)',
        'x86_64',
        'suse',
        'kernel-azure-devel 6.4.0-150600.8.8.1',
        'kernel-azure-debuginfo 6.4.0-150600.8.8.1',
      ],
      [
        '6.11.8-1-default',
        '#1 SMP PREEMPT_DYNAMIC Thu Nov 14 15:15:20 UTC 2024 (099023b)',
        'aarch64',
        'suse',
        'kernel-default-devel 6.11.8-1.1',
        'kernel-default-debuginfo 6.11.8-1.1',
      ],
    ],
  ],
  [
    'Alpine, and nobody',
    [
      [
        '6.6.58-0-lts',
        '#1-Alpine SMP PREEMPT_DYNAMIC 2024-10-25 13:37:31',
        'x86_64',
        'alpine',
        'linux-lts-dev 6.6.58-r0',
      ],
      [
        '6.12.1-3-virt',
        '#4-Alpine SMP PREEMPT_DYNAMIC 2024-12-25 13:37:31',
        'x86_64',
        'alpine',
        'linux-virt-dev 6.12.1-r3',
      ],
      ['6.9.0', '#1 SMP PREEMPT_DYNAMIC Thu May 16 2024', 'x86_64', 'unknown'],
      ['6.9.0-rc1+', '#12 SMP Mon Mar 25 2024', 'x86_64', 'unknown'],
    ],
  ],
])('%s', (_distribution, samples) => {
  test.each(
    samples.map(([release = '', version = '', machine = '', ...expected]) => ({ release, version, machine, expected })),
  )('$release', ({ release, version, machine, expected }) => {
    expect(packages(release, version, machine)).toEqual(expected);
  });
});

test("siblings are the same flavour's packages of other kernels", () => {
  const siblings = (release: string, version: string): unknown =>
    kernelPackages(makeKernel(release, version))?.headers[0]?.siblings;
  expect(siblings('6.1.0-56-cloud-amd64', '#1 Debian 6.1.1-1 (x)')).toBe('linux-headers-*-cloud-amd64');
  expect(siblings('6.12.107+deb13-amd64', '#1 Debian 6.1.1-1 (x)')).toBe('linux-headers-*-amd64');
  expect(siblings('6.5.0-14-generic', '#14-Ubuntu SMP')).toBe('linux-headers-*-generic');
});

test('what is no name of a package is never a word of a command', () => {
  const debian = { id: 'debian', version: '13', like: [] };
  for (const name of ['-oDPkg::Pre-Invoke::=/tmp/evil', 'sudo-', 'a b', '']) {
    expect(install(debian, [{ name }]).fix).toBeUndefined();
  }
  expect(install(debian, [{ name: 'libstdc++6', version: '12.2.0-14+deb12u1' }]).fix?.at(-1)).toContain(
    'libstdc++6=12.2.0-14+deb12u1',
  );
});
