import { describe, expect, test } from 'vitest';
import { packagesProbeScript } from '../../src/facts/packages-probe.generated.ts';
import { parsePackageOffers } from '../../src/facts/probe-packages.ts';
import { makeStandIns } from '../support/run-script.ts';
import { shells } from '../support/shells.ts';
import { runProbe, without } from './rig.ts';

const tools = ['apt-cache', 'dnf', 'yum', 'zypper', 'apk'];

/** A command that prints a text; `$2` in it is the stand-in's second argument. */
const says = (text: string): string => `printf '%s\\n' "${text}"`;

/** As dnf 4 prints it; yum breaks the line behind a long name. */
const dnf = `case "$*" in
  *-C*) exit 1 ;;
  *debug*) ${says('Available Packages\nkernel-rt-debuginfo.x86_64  5.14.0-427.13.1.el9_4  baseos-debug')} ;;
  *) ${says(`Installed Packages
kernel-rt-devel.x86_64      5.14.0-1.el9                @baseos
Available Packages
kernel-rt-devel.x86_64      5.14.0-427.13.1.el9_4       baseos
kernel-rt-devel.x86_64
                            1:5.14.0-427.42.1.el9_4     baseos`)} ;;
esac`;

const zypper = says(`S  | Name                 | Type    | Version                | Arch   | Repository
---+----------------------+---------+------------------------+--------+-----------
i+ | kernel-default-devel | package | 5.14.21-150500.53.2    | x86_64 | (System Packages)
v  | kernel-default-devel | package | 5.14.21-150500.55.7.1  | x86_64 | Updates
v  | kernel-default-devel | package | 5.14.21-150500.55.12.1 | x86_64 | Updates`);

const apt = `case $1 in
  madison) ${says(` $2 | 6.1.192-2 | http://deb.example bookworm/main amd64 Packages
 $2 | 6.1.190-1 | http://deb.example bookworm/main amd64 Packages
     linux | 6.1.192-2 | http://deb.example bookworm/main Sources`)} ;;
  pkgnames) printf '%s\\n' linux-headers-6.1.0-57-cloud-amd64 linux-headers-6.1.0-57-amd64 linux-headers-cloud-amd64 ;;
esac`;

describe.each(shells)('in %s', (_name, shell) => {
  async function ask(tool: string, script: string, args: readonly string[]) {
    await using standIns = await makeStandIns();
    await standIns.add(tool, script);
    const probe = without(
      tools.filter(other => other !== tool),
      packagesProbeScript,
    );
    const output = await runProbe(shell, standIns, probe, ['NONCE', ...args]);
    const offers = parsePackageOffers(output, 'NONCE');
    if (!offers.ok) throw new Error(offers.error);
    return { ...offers.value, versions: Object.fromEntries(offers.value.versions) };
  }

  test('apt', async () => {
    const args = ['linux-headers-6.1.0-56-cloud-amd64', '--', 'linux-headers-*-cloud-amd64'];
    const { manager, versions, siblings } = await ask('apt-cache', apt, args);
    expect(manager).toBe('apt');
    expect(versions).toEqual({ 'linux-headers-6.1.0-56-cloud-amd64': ['6.1.190-1', '6.1.192-2'] });
    expect(siblings).toEqual(['linux-headers-6.1.0-57-cloud-amd64']);
  });

  test.each(['dnf', 'yum'])('%s, whose cache has nothing', async tool => {
    expect(await ask(tool, dnf, ['kernel-rt-devel', 'kernel-rt-debuginfo', '--'])).toEqual({
      manager: tool,
      index: 'filled',
      versions: {
        'kernel-rt-devel': ['5.14.0-427.13.1.el9_4', '5.14.0-427.42.1.el9_4'],
        'kernel-rt-debuginfo': ['5.14.0-427.13.1.el9_4'],
      },
      siblings: [],
    });
  });

  test('zypper', async () => {
    expect((await ask('zypper', zypper, ['kernel-default-devel', '--'])).versions).toEqual({
      'kernel-default-devel': ['5.14.21-150500.55.7.1', '5.14.21-150500.55.12.1'],
    });
  });

  test('apk', async () => {
    const policy = says(`linux-lts-dev policy:
  6.6.58-r0:
    lib/apk/db/installed
    https://apk.example/v3.20/main
  6.6.60-r1:
    https://apk.example/v3.20/main`);
    expect((await ask('apk', policy, ['linux-lts-dev', '--'])).versions).toEqual({
      'linux-lts-dev': ['6.6.58-r0', '6.6.60-r1'],
    });
  });

  test('a manager that hangs or is not there offers nothing', async () => {
    const { manager, versions } = await ask('no-manager', 'exit 0', ['gcc', '--']);
    expect([manager, versions]).toEqual([undefined, {}]);
  });
});

test('what another machine says is taken for no more than names and versions', () => {
  const said = 'manager=pip\noffer=a b c\noffer=x $(id)\noffer=x 1\noffer=x 1\nsibling=;rm\nindex=new\n';
  expect(parsePackageOffers(`\nN begin\n${said}N end\n`, 'N')).toEqual({
    ok: true,
    value: { index: 'filled', versions: new Map([['x', ['1']]]), siblings: [] },
  });
  expect(parsePackageOffers('Go away\n', 'N')).toEqual({ ok: false, error: 'in place of facts it printed: Go away' });
});

test('a host that offers without end is read as far as the probe would say, in no time', () => {
  const offers = Array.from({ length: 40_000 }, (_, at) => `offer=kernel-devel 5.${at}`).join('\n');
  const siblings = Array.from({ length: 40_000 }, (_, at) => `sibling=linux-headers-${at}`).join('\n');
  const read = parsePackageOffers(`N begin\n${offers}\n${siblings}\nN end\n`, 'N');
  if (!read.ok) throw new Error(read.error);
  expect(read.value.versions.get('kernel-devel')).toHaveLength(6_000);
  expect(read.value.siblings).toHaveLength(6_000);
});
