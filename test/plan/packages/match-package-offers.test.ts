import { describe, expect, test } from 'vitest';
import type { PackageOffers } from '../../../src/facts/probe-packages.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { checkBuildHost } from '../../../src/plan/checks/check-build-host.ts';
import type { System } from '../../../src/plan/packages/install-command.ts';
import { matchPackageOffers, wantedPackages } from '../../../src/plan/packages/match-package-offers.ts';
import { makeBuilder, makeKernel } from '../rig.ts';

const debian = { id: 'debian', version: '12', like: [] };
const suse = { id: 'sles', version: '15.5', like: ['suse'] };
const rocky = { id: 'rocky', version: '9.4', like: ['rhel'] };
const ubuntu = { id: 'ubuntu', version: '22.04', like: ['debian'] };
const kernel = makeKernel('6.1.0-49-cloud-amd64', '#1 SMP Debian 6.1.180-1 (2026-01-01)');

function findings(os: System, of = kernel): readonly Finding[] {
  const builder = makeBuilder('b1', { os, trees: [] });
  return builder.kind === 'ready' ? checkBuildHost(builder.facts, of, { debuginfo: 'yes', symbols: 'no' }) : [];
}

function offers(
  manager: NonNullable<PackageOffers['manager']>,
  versions: Readonly<Record<string, readonly string[]>>,
  more: Partial<PackageOffers> = {},
): PackageOffers {
  const asked = { has: () => true } as unknown as ReadonlySet<string>;
  return { manager, index: 'filled', versions: new Map(Object.entries(versions)), siblings: [], asked, ...more };
}

function say(check: string, all: readonly Finding[]): string {
  const found = all.find(finding => finding.check === check);
  return `${found?.cure}\n${found?.fix === undefined ? 'no fix' : found.fix.at(-1)?.join(' ')}`;
}

test('what is asked for is what is missing', () => {
  expect(wantedPackages(findings(debian)).map(({ name }) => name)).toEqual([
    'linux-headers-6.1.0-49-cloud-amd64',
    'linux-image-6.1.0-49-cloud-amd64-dbg',
  ]);
});

describe('the headers', () => {
  test('are there in that version', () => {
    const all = findings(debian);
    const there = offers('apt', {
      'linux-headers-6.1.0-49-cloud-amd64': ['6.1.180-1'],
      'linux-image-6.1.0-49-cloud-amd64-dbg': ['6.1.180-1'],
    });
    expect(matchPackageOffers(all, there, debian)).toEqual(all);
  });

  test('are gone, and the index has those of other kernels', () => {
    const siblings = [
      'linux-headers-6.1.0-9-cloud-amd64',
      'linux-headers-6.1.0-57-cloud-amd64',
      'linux-headers-6.1.0-56-cloud-amd64',
      'linux-headers-6.12.107+deb12-cloud-amd64',
      'linux-headers-6.1.0-58-amd64',
    ];
    expect(
      say('headers', matchPackageOffers(findings(debian), offers('apt', {}, { siblings }), debian)),
    ).toMatchInlineSnapshot(`
      "apt's index has linux-headers-6.1.0-49-cloud-amd64 6.1.180-1 no more (it has linux-headers-6.1.0-57-cloud-amd64, linux-headers-6.1.0-56-cloud-amd64): run apt-get update, if that was long ago, or take it from the distribution's snapshot archive or from a host that still has it, or boot the target into a kernel that it has
      no fix"
    `);
  });

  test('are gone, and nothing is like them', () => {
    expect(say('headers', matchPackageOffers(findings(debian), offers('apt', {}), debian))).toMatchInlineSnapshot(`
      "apt's index has linux-headers-6.1.0-49-cloud-amd64 6.1.180-1 no more: run apt-get update, if that was long ago, or take it from the distribution's snapshot archive or from a host that still has it, or boot the target into a kernel that it has
      no fix"
    `);
  });

  test('are there in another upload, which mostly fits', () => {
    const other = offers('apt', { 'linux-headers-6.1.0-49-cloud-amd64': ['6.1.180-2'] });
    expect(say('headers', matchPackageOffers(findings(debian), other, debian))).toMatchInlineSnapshot(`
      "apt-get install -y linux-headers-6.1.0-49-cloud-amd64=6.1.180-2
      env DEBIAN_FRONTEND=noninteractive apt-get install -y linux-headers-6.1.0-49-cloud-amd64=6.1.180-2"
    `);
  });

  test('of another version, by dnf', () => {
    const of = makeKernel('5.14.0-427.13.1.el9_4.x86_64', '#1 SMP');
    const has = offers('dnf', { 'kernel-devel': ['5.14.0-427.42.1.el9_4', '5.14.0-427.9.1.el9_4'] });
    expect(say('headers', matchPackageOffers(findings(rocky, of), has, rocky))).toMatchInlineSnapshot(`
      "dnf's index has kernel-devel 5.14.0-427.13.1.el9_4 no more (it has 5.14.0-427.42.1.el9_4, 5.14.0-427.9.1.el9_4): take it from the distribution's snapshot archive or from a host that still has it, or boot the target into a kernel that it has
      no fix"
    `);
  });

  test("of SUSE's rebuild get its number", () => {
    const of = makeKernel('5.14.21-150500.55.7-default', '#1 SMP');
    const has = offers('zypper', {
      'kernel-default-devel': ['5.14.21-150500.55.7.2', '5.14.21-150500.55.73.1'],
      'kernel-default-debuginfo': ['5.14.21-150500.55.7.2'],
    });
    const weighed = matchPackageOffers(findings(suse, of), has, suse);
    expect(`${say('headers', weighed)}\n${say('debuginfo', weighed)}`).toMatchInlineSnapshot(`
      "zypper --non-interactive install kernel-default-devel=5.14.21-150500.55.7.2
      zypper --non-interactive install kernel-default-devel=5.14.21-150500.55.7.2
      zypper --non-interactive --plus-content debug install kernel-default-debuginfo=5.14.21-150500.55.7.2
      zypper --non-interactive --plus-content debug install kernel-default-debuginfo=5.14.21-150500.55.7.2"
    `);
  });

  test('of an index that was never fetched', () => {
    const empty = offers('apt', {}, { index: 'empty' });
    expect(say('headers', matchPackageOffers(findings(debian), empty, debian))).toMatchInlineSnapshot(`
      "apt-get update && apt-get install -y linux-headers-6.1.0-49-cloud-amd64=6.1.180-1
      env DEBIAN_FRONTEND=noninteractive apt-get install -y linux-headers-6.1.0-49-cloud-amd64=6.1.180-1"
    `);
  });
});

test('the debuginfo is not there', () => {
  const of = makeKernel('6.5.0-14-generic', '#14~22.04.1-Ubuntu SMP');
  expect(say('debuginfo', matchPackageOffers(findings(ubuntu, of), offers('apt', {}), ubuntu))).toMatchInlineSnapshot(`
    "apt's index has linux-image-6.5.0-14-generic-dbgsym 6.5.0-14.14~22.04.1 not: run apt-get update, if that was long ago, or take it from the distribution's snapshot archive or from a host that still has it, or use probes that need none
    no fix"
  `);
});

describe('other packages', () => {
  const missing = (version?: string): readonly Finding[] => [
    {
      check: 'runtime',
      status: 'failed',
      found: 'x',
      cure: 'apt-get install -y systemtap-runtime=5.1-5',
      fix: [['apt-get', 'install', '-y', 'systemtap-runtime=5.1-5']],
      packages: [{ name: 'systemtap-runtime', ...(version === undefined ? {} : { version }) }],
    },
  ];

  test('of another version than the build host has', () => {
    const has = offers('apt', { 'systemtap-runtime': ['5.1-7', '5.1-10'] });
    expect(say('runtime', matchPackageOffers(missing('5.1-5'), has, debian))).toMatchInlineSnapshot(`
      "apt-get install -y systemtap-runtime=5.1-10
      env DEBIAN_FRONTEND=noninteractive apt-get install -y systemtap-runtime=5.1-10"
    `);
  });

  test('are in no repository of that host', () => {
    expect(say('runtime', matchPackageOffers(missing(), offers('apt', {}), debian))).toMatchInlineSnapshot(`
      "apt's index has no systemtap-runtime: enable the repository that has it
      no fix"
    `);
  });

  test('of a host without a package manager that is known', () => {
    const { manager: _, ...unknown } = offers('apt', {});
    expect(matchPackageOffers(missing(), unknown, debian)).toEqual(missing());
  });
});
