import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBuildHostFacts } from '../../src/facts/parse-build-host-facts.ts';
import { parseTargetFacts } from '../../src/facts/parse-target-facts.ts';

const nonce = 'NONCE';
const timing = { nonce, sentAtMs: 1_795_400_069_000, receivedAtMs: 1_795_400_072_000 };
const least = 'release=6.1.0-56-cloud-amd64\nmachine=x86_64\nuid=0\n';

function between(lines: string): string {
  return `\n${nonce} begin\n${lines}${nonce} end\n`;
}

/** What the probe printed on a Debian 13 virtual machine with Debian 12's kernel. */
const debian = between(`booted=1795049334
up=350735.47 234388.90
release=6.1.0-56-cloud-amd64
machine=x86_64
version=#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)
os.PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
os.VERSION_ID="13"
os.ID=debian
user=root
uid=0
cpus=1
memory_kb=444680
boot_id=22b99293-84d6-427b-8c38-2bfc1ccc087a
groups=root
sudo=root
staprun=/usr/bin/staprun
staprun.executable=yes
staprun.version=
package=dpkg systemtap-runtime 5.1-5
modules=yes
loaded=virtio_pci virtio_net virtio_blk virtio virtio_ring virtio_pci_modern_dev failover 
config.KPROBES=yes
config.RELAY=yes
debugfs=mounted
tracefs=mounted
sig_enforce=N
modules_disabled=0
fips=0
container=none
load=0.11 0.26 0.22 2/50 7039
upload=/tmp
free_kb=240136
sha256=sha256sum
shell=/bin/bash
up.end=350737.31 234389.70
`);

test('a Debian target', () => {
  expect(parseTargetFacts(debian, timing)).toEqual({
    ok: true,
    value: {
      kernel: {
        release: '6.1.0-56-cloud-amd64',
        machine: 'x86_64',
        version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)',
      },
      bootId: '22b99293-84d6-427b-8c38-2bfc1ccc087a',
      os: { id: 'debian', version: '13', like: [], name: 'Debian GNU/Linux 13 (trixie)' },
      user: { name: 'root', uid: 0, groups: ['root'] },
      sudo: 'root',
      // Its `staprun -V` prints nothing: the package says the version.
      staprun: { path: '/usr/bin/staprun', version: '5.1', executable: true },
      runtimePackage: { manager: 'dpkg', name: 'systemtap-runtime', version: '5.1-5' },
      kernelSettings: {
        modules: true,
        kprobes: true,
        relay: true,
        debugfs: 'mounted',
        tracefs: 'mounted',
        sigEnforce: false,
        modulesDisabled: false,
        fips: false,
      },
      loadedModules: [
        'failover',
        'virtio',
        'virtio_blk',
        'virtio_net',
        'virtio_pci',
        'virtio_pci_modern_dev',
        'virtio_ring',
      ],
      cpus: 1,
      loadAverage: [0.11, 0.26, 0.22],
      memoryAvailableBytes: 455_352_320,
      freeBytes: 245_899_264,
      uploadDirectory: '/tmp',
      leftovers: [],
      clockOffsetMs: 390,
      tools: { sha256: 'sha256sum', shell: '/bin/bash' },
    },
  });
});

test('the least that is enough', () => {
  expect(parseTargetFacts(between(least), timing)).toEqual({
    ok: true,
    value: {
      kernel: { release: '6.1.0-56-cloud-amd64', machine: 'x86_64', version: '' },
      os: { like: [] },
      user: { name: '0', uid: 0, groups: [] },
      sudo: 'missing',
      kernelSettings: { modules: false, debugfs: 'missing', tracefs: 'missing' },
      loadedModules: [],
      cpus: 1,
      loadAverage: [0, 0, 0],
      uploadDirectory: '/tmp',
      leftovers: [],
      clockOffsetMs: 0,
      tools: {},
    },
  });
});

describe('why it cannot be read', () => {
  test.each([
    ['', 'the probe printed nothing'],
    [
      'This account is currently\n\tnot available.\n',
      'in place of facts it printed: This account is currently not available.',
    ],
    ['x'.repeat(300), `in place of facts it printed: ${'x'.repeat(199)}…`],
    [debian.replace('NONCE end\n', ''), 'the probe broke off before its end'],
    [debian.slice(0, debian.length / 2), 'the probe broke off before its end'],
    [between('uid=0\nmachine=x86_64\n'), 'the probe cannot tell the kernel (uname -r, uname -m)'],
    [between(least.replace('6.1.0', '../6')), 'the probe cannot tell the kernel (uname -r, uname -m)'],
    [between(least.replace('uid=0', 'uid=-1')), 'the probe cannot tell the user (id -u)'],
  ])('%j', (output, error) => {
    expect(parseTargetFacts(output, timing)).toEqual({ ok: false, error });
  });
});

describe('what another machine may say', () => {
  const read = (lines: string) => {
    const facts = parseTargetFacts(between(`${least}${lines}`), timing);
    if (!facts.ok) throw new Error(facts.error);
    return facts.value;
  };

  test('control characters are taken out', () => {
    expect(read('user=\u001b[31mro\u0007ot\u009b\r\n').user.name).toBe('ro ot');
  });

  test('of a key that comes twice the first counts', () => {
    expect(read('release=9.9\nboot_id=a\nboot_id=b\n')).toMatchObject({
      kernel: { release: '6.1.0-56-cloud-amd64' },
      bootId: 'a',
    });
  });

  test('only directories of ours are leftovers, and not without end', () => {
    const strange = [
      '/tmp/tapbook-ssh',
      '/tmp/tapbook-lab-doctor-J2pPxv',
      '/tmp/tapbook-build-J2pPxv',
      '/etc',
      '/tmp/tapbook-a/../../etc',
      '/tmp/tapbook-a b',
      '/tmp/tapbook-$(id)',
      '/tmp/tapbook-20261123T020035Z-9c6eea-x',
    ];
    expect(read(strange.map(path => `leftover=over root - ${path}\n`).join('')).leftovers).toEqual([
      { path: '/tmp/tapbook-20261123T020035Z-9c6eea-x', owner: 'root', run: 'over' },
    ]);
    expect(read('leftover=over root - /tmp/tapbook-20261123T020035Z-9c6eea-x\n'.repeat(5000)).leftovers).toHaveLength(
      210,
    );
  });

  test.each([
    [
      'live ada io /tmp/tapbook-20261123T020035Z-9c6eea-x',
      { path: '/tmp/tapbook-20261123T020035Z-9c6eea-x', owner: 'ada', run: 'live', loaded: 'io' },
    ],
    [
      'dead $(id) io;x /tmp/tapbook-20261123T020035Z-9c6eea-x',
      { path: '/tmp/tapbook-20261123T020035Z-9c6eea-x', run: 'unknown' },
    ],
    ['/tmp/tapbook-20261123T020035Z-9c6eea-x', undefined],
  ])('a leftover by %j', (line, expected) => {
    expect(read(`leftover=${line}\n`).leftovers[0]).toEqual(expected);
  });

  test.each([
    ['cap_bnd=000001ffffffffff\nuid_map=0          0 4294967295\n', 'given'],
    ['cap_bnd=00000000a80425fb\nuid_map=0 0 4294967295\n', 'no-capability'],
    ['cap_bnd=000001ffffffffff\nuid_map=0 100000 65536\n', 'user-namespace'],
    ['cap_bnd=0000000000010000\n', 'given'],
    ['cap_bnd=all\n', undefined],
    ['', undefined],
  ])('the right to load modules by %j', (lines, right) => {
    expect(read(lines).moduleRight).toBe(right);
  });

  test('ten megabytes in one line', () => {
    expect(read(`boot_id=${'x'.repeat(1e7)}\n`).bootId).toHaveLength(1000);
    expect(parseTargetFacts('y'.repeat(1e7), timing).ok).toBe(false);
  });

  test.each([
    ['staprun=/usr/bin/staprun\n', undefined, false],
    ['staprun=/usr/bin/staprun\npackage=dpkg systemtap-runtime 1:4.8-2+b1\n', '4.8', false],
    [
      'staprun=/x\nstaprun.executable=yes\nstaprun.version=Systemtap module loader/runner (version 1.8/0.152)\n',
      '1.8',
      true,
    ],
  ])('staprun by %j', (lines, version, executable) => {
    expect(read(lines).staprun).toMatchObject({ executable });
    expect(read(lines).staprun?.version).toBe(version);
  });

  test.each([
    // As good as half a second: in the middle of what the kernel may have cut off.
    ['booted=1795400000\nup=70.00 9\nup.end=70.00 9\n', 0],
    ['booted=1795400000\nup=71.00 9\nup.end=72.00 9\n', 1500],
    ['booted=1795313600\nup=70.00 9\nup.end=70.00 9\n', -86_400_000],
    ['booted=1795400000\nup=5.25 9\nup.end=soon\n', 0],
    ['booted=1795400000\nup.end=6.25 9\n', 0],
    ['up=5.25 9\nup.end=6.25 9\n', 0],
    ['booted=never\nup=5.25 9\nup.end=6.25 9\n', 0],
  ])('clock by %j', (lines, offset) => {
    expect(read(lines).clockOffsetMs).toBe(offset);
  });

  test.each([
    ['lockdown=none integrity [confidentiality]\n', { lockdown: 'confidentiality' }],
    ['lockdown=[none] integrity confidentiality\n', { lockdown: 'none' }],
    ['lockdown=[unheard-of]\n', {}],
    ['secure_boot=1\nsig_enforce=Y\n', { secureBoot: true, sigEnforce: true }],
    ['secure_boot=7\nsig_enforce=maybe\n', {}],
  ])('kernel settings by %j', (lines, expected) => {
    const { debugfs, tracefs, modules, ...said } = read(lines).kernelSettings;
    expect([debugfs, tracefs, modules]).toEqual(['missing', 'missing', false]);
    expect(said).toEqual(expected);
  });
});

describe('any text at all', () => {
  const keys = [
    ...new Set([...debian.matchAll(/^([\w.]+)=/gm)].map(([, key]) => key ?? '')),
    'tree',
    'tree.end',
    'headers',
  ];
  const line = fc
    .tuple(fc.constantFrom(...keys, 'x'), fc.string({ unit: 'binary', maxLength: 30 }))
    .map(([key, value]) => `${key}=${value}\n`);
  const said = fc.array(line).map(lines => lines.join(''));

  test('never makes the parsers throw', () => {
    fc.assert(
      fc.property(fc.oneof(said, fc.string({ unit: 'binary' })), fc.boolean(), (lines, hasLeast) => {
        const output = between(`${hasLeast ? least : ''}${lines}\n`);
        const target = parseTargetFacts(output, timing);
        const builder = parseBuildHostFacts(output, nonce);
        if (!hasLeast) return;
        expect(target.ok).toBe(true);
        for (const facts of [target, builder]) {
          JSON.stringify(facts, (_key, value) => {
            if (typeof value === 'string') expect(value).not.toMatch(/\p{Cc}/u);
            return value;
          });
        }
      }),
    );
  });

  test('cut off anywhere is an error or the whole', () => {
    fc.assert(
      fc.property(fc.nat({ max: debian.length }), length => {
        const read = parseTargetFacts(debian.slice(0, length), timing);
        expect(read.ok).toBe(length === debian.length);
      }),
    );
  });
});
