import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../src/facts/host-facts.ts';
import { parseTargetFacts } from '../../src/facts/parse-target-facts.ts';
import { targetProbeScript } from '../../src/facts/target-probe.generated.ts';
import { type MadeUpHostParts, makeUpHost } from '../support/made-up-host.ts';
import { shells } from '../support/shells.ts';

const timing = { nonce: 'NONCE', sentAtMs: 1_795_000_000_000, receivedAtMs: 1_795_000_001_000 };

async function probe(shell: readonly string[], parts: MadeUpHostParts): Promise<HostFacts> {
  await using host = await makeUpHost(parts);
  const read = parseTargetFacts(await host.probe(shell, targetProbeScript, ['NONCE']), timing);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const uname = `case $1 in
  -rvm) echo '5.14.0-503.el9.x86_64 #1 SMP PREEMPT_DYNAMIC Tue Nov 12 x86_64' ;;
esac`;
const id = `echo 'uid=1001(ops) gid=1001(ops) groups=1001(ops),156(stapusr),158(stapdev)'`;
const dfOutput = `Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/mapper/a b   20511312 11234567   8213456      58% /`;
const notDebian = { 'dpkg-query': 'exit 1', apk: 'exit 1', 'systemd-detect-virt': 'echo none; exit 1' };
const programs = { ...notDebian, uname, id, nproc: 'echo 4', df: `cat <<'END'\n${dfOutput}\nEND` };

const redHat: MadeUpHostParts = {
  programs: {
    ...programs,
    sudo: '[ "$*" = "-n true" ]',
    rpm: `[ "$4" = systemtap-runtime ] && echo 5.1-4.el9_5`,
    staprun: `echo 'Systemtap module loader/runner (version 5.1/0.192, rpm 5.1-4.el9_5)' >&2; exit 1`,
    sha256sum: ':',
  },
  files: {
    '/etc/os-release': `NAME="Red Hat Enterprise Linux"
VERSION="9.5 (Plow)"
ID="rhel"
ID_LIKE="fedora centos"
VERSION_ID="9.5"
PRETTY_NAME='Red Hat $(touch /tmp/x) = 9.5'
`,
    '/proc/sys/kernel/random/boot_id': '0f3c\n',
    '/proc/sys/kernel/modules_disabled': '1\n',
    // Without a newline, as a shell sees them that reads such files byte by byte.
    '/proc/sys/crypto/fips_enabled': '1',
    '/proc/modules': 'zram 36864 2 - Live 0x0\nbinfmt_misc 24576 1 - Live 0x0\n',
    '/proc/mounts': 'tracefs /sys/kernel/tracing tracefs rw 0 0\n',
    '/proc/filesystems': 'nodev\tdebugfs\nnodev\ttracefs\n\text4\n',
    '/proc/loadavg': '0.52 1.21 2.17 2/59 4818\n',
    '/proc/meminfo': 'MemTotal:  2000 kB\nMemAvailable:     274252 kB\n',
    '/lib/modules/5.14.0-503.el9.x86_64/config':
      '# made up\nCONFIG_KPROBES=y\nCONFIG_KPROBES_ON_FTRACE=y\nCONFIG_UPROBES=y\n',
    '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n',
    '/sys/module/module/parameters/sig_enforce': 'Y\n',
    '/sys/firmware/efi/efivars/SecureBoot-8be4df61': new Uint8Array([6, 0, 0, 0, 1]),
    '/tmp/tapbook-20261123T020035Z-9c6eea-UD7GMw/': '',
    '/var/tmp/tapbook-20261122T020035Z-aaaaaa-UD7GMw/': '',
    '/var/tmp/tapbook-20261122T020035Z-aaaaaa-UD7GMw/io.ko': '',
    '/sys/module/io/': '',
    '/tmp/tapbook-file': '',
    '/proc/1/cmdline': '/sbin/init\0',
    '/proc/77/cmdline':
      'sh\0-c\0set -u\nsay tapbook-supervisor\n\0tapbook-supervisor\0N\0/tmp\x0020261123T020035Z-9c6eea\0io\0',
    '/proc/stat': 'cpu  1 2 3\nbtime 1794999003\nprocesses 7\n',
    '/proc/uptime': '1000.00 900.00\n',
    '/proc/self/status': 'Name:\tsh\nCapBnd:\t00000000a80425fb\nCapAmb:\t0\n',
    '/proc/self/uid_map': '         0          0 4294967295\n',
  },
  links: { '/tmp/tapbook-link': '/etc' },
};

describe.each(shells)('in %s', (_name, shell) => {
  test('a supervisor is found by its words, also where a kernel before 4.2 cuts them short', async () => {
    const words = `sh\0-s\0--\0tapbook-supervisor\0N\0/tmp\x0020261122T020035Z-aaaaaa\0io\0`;
    const cut = `${words}${'x'.repeat(5000)}`.slice(0, 4095);
    const { leftovers } = await probe(shell, { ...redHat, files: { ...redHat.files, '/proc/77/cmdline': cut } });
    expect(leftovers?.map(({ run }) => run)).toEqual(['over', 'live']);
  });

  test('a host that says all', async () => {
    expect(await probe(shell, redHat)).toEqual({
      kernel: { release: '5.14.0-503.el9.x86_64', machine: 'x86_64', version: '#1 SMP PREEMPT_DYNAMIC Tue Nov 12' },
      bootId: '0f3c',
      os: { id: 'rhel', version: '9.5', like: ['fedora', 'centos'], name: 'Red Hat $(touch /tmp/x) = 9.5' },
      user: { name: 'ops', uid: 1001, groups: ['ops', 'stapusr', 'stapdev'] },
      sudo: 'passwordless',
      staprun: { path: '/stand-ins/staprun', version: '5.1', executable: true, owner: 'root', mode: '755' },
      runtimePackage: { manager: 'rpm', name: 'systemtap-runtime', version: '5.1-4.el9_5' },
      kernelSettings: {
        modules: true,
        kprobes: true,
        uprobes: true,
        tracepoints: false,
        relay: false,
        debugfs: 'supported',
        tracefs: 'mounted',
        lockdown: 'integrity',
        sigEnforce: true,
        modulesDisabled: true,
        fips: true,
        secureBoot: true,
      },
      loadedModules: ['binfmt_misc', 'zram'],
      cpus: 4,
      loadAverage: [0.52, 1.21, 2.17],
      memoryAvailableBytes: 274_252 * 1024,
      freeBytes: 8_213_456 * 1024,
      uploadDirectory: '/tmp',
      moduleRight: 'no-capability',
      leftovers: [
        { path: '/tmp/tapbook-20261123T020035Z-9c6eea-UD7GMw', owner: 'root', run: 'live' },
        { path: '/var/tmp/tapbook-20261122T020035Z-aaaaaa-UD7GMw', owner: 'root', run: 'over', loaded: 'io' },
      ],
      clockOffsetMs: 3000,
      tools: { sha256: 'sha256sum', shell: '/bin/ash' },
    });
  });

  test('a host that says next to nothing', async () => {
    const facts = await probe(shell, {
      programs: {
        ...programs,
        sudo: 'echo "sudo: a password is required" >&2; exit 1',
        rpm: 'echo "package systemtap-runtime is not installed"; exit 1',
      },
    });
    const { staprun, runtimePackage, sudo, kernelSettings, loadedModules, leftovers, clockOffsetMs, os } = facts;
    expect({ staprun, runtimePackage, sudo, kernelSettings, loadedModules, leftovers, clockOffsetMs, os }).toEqual({
      sudo: 'asks-password',
      kernelSettings: { modules: false, debugfs: 'missing', tracefs: 'missing' },
      loadedModules: [],
      leftovers: [],
      clockOffsetMs: 0,
      os: { like: [] },
    });
  });

  test.each([
    ['dpkg', { 'dpkg-query': `printf 'install ok installed:1:5.1-5+b1'` }, 'dpkg systemtap-runtime 1:5.1-5+b1'],
    ['dpkg, removed', { 'dpkg-query': `printf 'deinstall ok config-files:5.1-5'`, rpm: 'exit 1' }, undefined],
    ['apk', { rpm: 'exit 1', apk: 'echo WARNING: old index >&2; echo systemtap-5.1-r0' }, 'apk systemtap 5.1-r0'],
  ])('the package, by %s', async (_manager, managers, expected) => {
    const { runtimePackage } = await probe(shell, { programs: { ...programs, ...managers } });
    expect(runtimePackage && Object.values(runtimePackage).join(' ')).toBe(expected);
  });

  test('a kernel whose config cannot be read says by its symbols what it has', async () => {
    const { kernelSettings } = await probe(shell, {
      programs,
      files: { '/proc/kallsyms': '0000 T register_kprobe\n0000 t relay_open_buf\n0000 T relay_open\n' },
    });
    expect(kernelSettings).toMatchObject({ kprobes: true, relay: true });
  });

  test('a container', async () => {
    const { container } = await probe(shell, { programs: { ...programs, 'systemd-detect-virt': 'echo lxc' } });
    expect(container).toBe('lxc');
  });

  test.each([
    ['a container', { '/run/systemd/container': 'systemd-nspawn\n' }, 'systemd-nspawn'],
    ['a host', { '/run/systemd/system/': '' }, undefined],
  ])('%s that systemd has begun is not asked', async (_what, files, expected) => {
    const { container } = await probe(shell, {
      programs: { ...programs, 'systemd-detect-virt': 'echo asked' },
      files: { '/run/systemd/system/': '', ...files },
    });
    expect(container).toBe(expected);
  });

  test('CPUs that are online', async () => {
    const { cpus } = await probe(shell, { programs, files: { '/sys/devices/system/cpu/online': '0-5,8,10-11\n' } });
    expect(cpus).toBe(9);
  });

  test('prints its facts, and nothing else, between what a login shell prints', async () => {
    await using host = await makeUpHost(redHat);
    const said = await host.probe(shell, targetProbeScript, ['NONCE']);
    const isFact = (line: string): boolean => /^[a-z_\d]+(?:\.\w+)?=/.test(line);
    const steps = ['staprun', 'dpkg', 'rpm', 'df', 'kernel', 'leftovers', 'facts'];
    const marks = said.split('\n').filter(line => line.startsWith('NONCE'));
    expect(marks.filter((mark, index) => mark !== 'NONCE: facts' || index === marks.length - 2)).toEqual([
      'NONCE begin',
      ...steps.map(step => `NONCE: ${step}`),
      'NONCE end',
    ]);
    const parts = said.split(/^NONCE: facts$/m).map(part => part.split(/^NONCE/m)[0] ?? '');
    expect(parts.slice(1).flatMap(part => part.split('\n').filter(line => line !== '' && !isFact(line)))).toEqual([]);
    const noisy = `Welcome!\nrelease=0.0.0\n${said}uid=0\nBye`;
    expect(parseTargetFacts(noisy, timing)).toEqual(parseTargetFacts(said, timing));
  });
});
