import { describe, expect, test } from 'vitest';
import type { BuildHostFacts, HostFacts, Leftover } from '../../../src/facts/host-facts.ts';
import { type Finding, failuresOf } from '../../../src/model/finding.ts';
import type { Become } from '../../../src/model/host.ts';
import { optional } from '../../../src/model/optional.ts';
import type { Need } from '../../../src/model/script-needs.ts';
import { unknownNeeds } from '../../../src/model/script-needs.ts';
import { checkTarget, type TargetRequirements } from '../../../src/plan/checks/check-target.ts';
import type { Preconditions } from '../../../src/playbook/playbook.ts';
import { bind, makeBuilder, makeFacts, makeScript, ready, sayFailures, type TargetParts } from '../rig.ts';

const noWishes: Preconditions = { packages: ['systemtap-runtime'], commands: [] };

interface Circumstances extends Partial<Omit<TargetRequirements, 'preconditions' | 'builder'>> {
  readonly wishes?: Partial<Preconditions>;
  readonly builder?: Partial<BuildHostFacts>;
}

function examine(parts: TargetParts, { wishes, builder, ...rest }: Circumstances = {}) {
  const built = makeBuilder('b1', builder);
  return checkTarget(ready('db1', parts), {
    preconditions: { ...noWishes, ...wishes },
    builder: built.kind === 'ready' ? built.facts : undefined,
    signed: 'unsigned',
    needs: unknownNeeds,
    ...rest,
  });
}

/** As whom it runs, and what keeps it out. */
function check(parts: TargetParts, circumstances: Circumstances = {}): string {
  const { as, findings } = examine(parts, circumstances);
  return [as, ...sayFailures(failuresOf(findings))].join('\n');
}

/** One row, whole. */
function row(name: string, parts: TargetParts, circumstances: Circumstances = {}): string {
  return sayRow(examine(parts, circumstances).findings, name);
}

function sayRow(findings: readonly Finding[], name: string): string {
  const found = findings.filter(finding => finding.check === name);
  expect(found).toHaveLength(1);
  const [{ status, found: text, cure } = { status: '', found: '', cure: '' }] = found;
  return `${status}: ${text}${cure === undefined ? '' : ` → ${cure}`}`;
}

function kernel(settings: Partial<HostFacts['kernelSettings']>): TargetParts {
  return { facts: { kernelSettings: { ...makeFacts().kernelSettings, ...settings } } };
}

function os(id: string, ...like: string[]): HostFacts['os'] {
  return { id, like };
}

describe('the runtime', () => {
  // Undefined in the place of absent, since what is absent is filled in.
  const without = (system: HostFacts['os']): TargetParts => {
    const { staprun: _, ...facts } = makeFacts({ os: system });
    return { facts: { ...facts, staprun: undefined } as unknown as HostFacts };
  };
  const missing = 'login-user\nsystemtap-runtime is not installed (no staprun) → ';

  test.each<[HostFacts['os'], string]>([
    [os('debian'), 'apt-get install -y systemtap-runtime'],
    [os('linuxmint', 'ubuntu', 'debian'), 'apt-get install -y systemtap-runtime'],
    [os('rocky', 'rhel', 'centos', 'fedora'), 'dnf install -y systemtap-runtime'],
    [os('sles', 'suse'), 'zypper --non-interactive install systemtap-runtime'],
    [os('alpine'), 'apk add systemtap'],
    [os('gentoo'), 'install systemtap-runtime'],
    [{ like: [] }, 'install systemtap-runtime'],
  ])('is not installed: %j', (system, cure) => {
    expect(check(without(system))).toBe(missing + cure);
  });

  test.each([
    ['4.8', '5.1', 'staprun 4.8 cannot run a module of stap 5.1'],
    ['5.1', '4.8', 'staprun 5.1 cannot run a module of stap 4.8'],
  ])('staprun %s, stap %s', (version, stap, cause) => {
    const [theirs, ours] = [version, stap].map(text => text.split('.')[0]);
    const cure = `install a systemtap-runtime ${ours}.x here, or build on a host with stap ${theirs}.x`;
    const builder = { stap: { path: '/usr/bin/stap', version: stap, banner: '' } };
    const facts = { staprun: { path: '/usr/bin/staprun', version, executable: true } };
    expect(check({ facts }, { builder })).toBe(`login-user\n${cause} → ${cure}`);
  });

  test('of the same major version, or of an unknown one, will do', () => {
    expect(check({ facts: { staprun: { path: '/s', version: '5.3', executable: true } } })).toBe('login-user');
    expect(check({ facts: { staprun: { path: '/s', executable: true } } })).toBe('login-user');
    const old = { facts: { staprun: { path: '/s', version: '4.8', executable: true } } };
    const wishes = { preconditions: noWishes, builder: undefined, signed: 'unsigned', needs: unknownNeeds } as const;
    expect(failuresOf(checkTarget(ready('db1', old), wishes).findings)).toEqual([]);
  });
});

describe('the rights', () => {
  const ada = { name: 'ada', uid: 1000, groups: ['ada'] };
  const tapper = { ...ada, groups: ['ada', 'stapusr', 'stapdev'] };
  const become = (more: Partial<Become> = {}): NonNullable<TargetParts['host']> => ({
    connection: {
      kind: 'ssh',
      client: 'any',
      address: 'a',
      port: 22,
      become: { method: 'sudo', user: 'root', ...more },
    },
  });
  const notAllowed = 'login-user\nada is not root and not in the groups stapdev and stapusr → ';
  const usermod = 'usermod -aG stapusr,stapdev ada, or connect as root, or set ansible_become: true';

  test.each<[what: string, parts: TargetParts, said: string]>([
    ['root', {}, 'login-user'],
    ['root who is to become root', { host: become() }, 'login-user'],
    ['root who is to become another', { host: become({ user: 'oracle' }) }, 'become-user'],
    ['both groups', { facts: { user: tapper, sudo: 'missing' } }, 'login-user'],
    [
      'both groups, but staprun is not theirs',
      { facts: { user: tapper, sudo: 'missing', staprun: { path: '/usr/bin/staprun', executable: false } } },
      'login-user\nada may not execute /usr/bin/staprun → let group stapusr execute it, or connect as root',
    ],
    ['neither, no sudo', { facts: { user: ada, sudo: 'missing' } }, notAllowed + usermod],
    ['neither, sudo with a password', { facts: { user: ada, sudo: 'asks-password' } }, notAllowed + usermod],
    [
      'neither, sudo without a password',
      { facts: { user: ada, sudo: 'passwordless' } },
      `${notAllowed}set ansible_become: true for this host (sudo works there without a password)`,
    ],
    [
      'one group of the two',
      { facts: { user: { ...ada, groups: ['stapusr'] }, sudo: 'missing' } },
      'login-user\nada is in stapusr but not in stapdev: staprun loads only what root has put into /lib/modules/6.1.0-56-cloud-amd64/systemtap (which is not there), and tapbook puts modules into /tmp → usermod -aG stapdev ada, or connect as root, or set ansible_become: true; for modules that root puts there by hand: install -d -o root -g root -m 755 /lib/modules/6.1.0-56-cloud-amd64/systemtap',
    ],
    ['become', { host: become(), facts: { user: ada, sudo: 'asks-password' } }, 'become-user'],
    [
      'become somebody with the groups',
      { host: become({ user: 'tap' }), facts: { user: ada, becomeUser: { ...tapper, name: 'tap' } } },
      'become-user',
    ],
    [
      'become somebody without them',
      { host: become({ user: 'oracle' }), facts: { becomeUser: { name: 'oracle', uid: 54, groups: ['dba'] } } },
      'become-user\noracle is not root and not in the groups stapdev and stapusr → usermod -aG stapusr,stapdev oracle, or set ansible_become_user: root',
    ],
  ])('%s', (_what, parts, said) => {
    expect(check(parts)).toBe(said);
  });
});

describe('the kernel', () => {
  const locked = (how: string): string =>
    `the kernel is locked down (${how}) and refuses unsigned modules → boot without lockdown= and Secure Boot, or have the play sign its modules`;

  test.each<[what: string, parts: TargetParts, said: string | undefined]>([
    ['lockdown none', kernel({ lockdown: 'none' }), undefined],
    ['lockdown integrity', kernel({ lockdown: 'integrity' }), locked('integrity')],
    ['lockdown confidentiality', kernel({ lockdown: 'confidentiality', sigEnforce: true }), locked('confidentiality')],
    [
      'signed modules only',
      kernel({ sigEnforce: true }),
      'the kernel takes signed modules only (module.sig_enforce) → boot without module.sig_enforce=1, or have the play sign its modules',
    ],
    [
      'no more modules',
      kernel({ modulesDisabled: true }),
      'kernel.modules_disabled is 1: no module can be loaded until it is booted again → reboot it',
    ],
    [
      'no modules at all',
      kernel({ modules: false }),
      'its kernel has no loadable modules (CONFIG_MODULES) → boot one that has',
    ],
    [
      'a container',
      { facts: { container: 'docker' } },
      'it is a container (docker) and cannot load modules → run the play on the machine that holds it',
    ],
    [
      'the module is there already',
      { facts: { loadedModules: ['io'] } },
      'a module named io is loaded already → if nobody uses it: staprun -d io; else wait, or give the script another name',
    ],
    ['a module of another name', { facts: { loadedModules: ['io_2', 'ext4'] } }, undefined],
  ])('%s', (_what, parts, said) => {
    expect(check(parts)).toBe(said === undefined ? 'login-user' : `login-user\n${said}`);
  });
});

describe('what the playbook wants', () => {
  test.each<[what: string, parts: TargetParts, wishes: Partial<Preconditions>, said: string | undefined]>([
    [
      'room, in any case',
      { facts: { freeBytes: 3_210_000 } },
      {},
      '/tmp has 3.2 MB free, 5.0 MB are needed → make room in /tmp',
    ],
    ['room enough', { facts: { freeBytes: 5_000_000 } }, {}, undefined],
    [
      'more room',
      { facts: { freeBytes: 49e6, uploadDirectory: '/var/tmp' } },
      { minFreeDiskBytes: 50e6 },
      '/var/tmp has 49.0 MB free, 50.0 MB are needed → make room in /var/tmp',
    ],
    ['a load it has', { facts: { loadAverage: [4, 9, 9] } }, { maxLoadPerCpu: 2 }, undefined],
    [
      'less load',
      { facts: { loadAverage: [4.1, 0, 0] } },
      { maxLoadPerCpu: 2 },
      'its load is 2.05 for each CPU, the playbook allows 2 → wait, or raise max_load_per_cpu',
    ],
    [
      'packages',
      { preconditions: { missingPackages: ['kmod', 'systemtap-runtime', 'perl'] } },
      {},
      'not installed: kmod, perl → apt-get install -y kmod perl',
    ],
    [
      'packages that nobody there can be asked about',
      { preconditions: { missingPackages: ['kmod'], packageManager: 'none' } },
      {},
      'it has none of dpkg, rpm and apk to tell whether these are installed: kmod → ask in another way: a precondition `command: test -x …`',
    ],
    [
      'a command that speaks',
      { preconditions: { failedCommands: [{ command: 'test -r /x', code: 1, output: 'no such file' }] } },
      {},
      'precondition `test -r /x` exits 1: no such file',
    ],
    [
      'a silent command',
      { preconditions: { failedCommands: [{ command: 'false', code: 1, output: '' }] } },
      {},
      'precondition `false` exits 1',
    ],
  ])('%s', (_what, parts, wishes, said) => {
    expect(check(parts, { wishes })).toBe(said === undefined ? 'login-user' : `login-user\n${said}`);
  });
});

test('all that is wrong is said at once', () => {
  const scripts = [bind(makeScript({ name: 'one' })), bind(makeScript({ name: 'two' }))];
  const parts = {
    scripts,
    facts: { container: 'lxc', loadedModules: ['one', 'two'], freeBytes: 0 },
    preconditions: { missingPackages: ['kmod'] },
  };
  expect(check(parts)).toMatchInlineSnapshot(`
    "login-user
    it is a container (lxc) and cannot load modules → run the play on the machine that holds it
    modules are loaded already: one, two → if nobody uses them: staprun -d one; staprun -d two; else wait, or give the script another name
    /tmp has 0.0 MB free, 5.0 MB are needed → make room in /tmp
    not installed: kmod → apt-get install -y kmod"
  `);
});

test('every row of a target that is as it should be', () => {
  const settings = { ...makeFacts().kernelSettings, kprobes: true, uprobes: true, tracepoints: true, relay: true };
  const known = {
    modulesDisabled: false,
    lockdown: 'none',
    sigEnforce: false,
    secureBoot: false,
    fips: false,
  } as const;
  const facts: Partial<HostFacts> = {
    kernelSettings: { ...settings, ...known },
    moduleRight: 'given',
    memoryAvailableBytes: 4e8,
    runtimePackage: { manager: 'dpkg', name: 'systemtap-runtime', version: '5.1-5' },
  };
  expect(say(examine({ facts }).findings)).toMatchInlineSnapshot(`
    "runtime ok: staprun 5.1 (systemtap-runtime 5.1-5)
    rights ok: root
    kernel-modules ok: the kernel has loadable modules
    modules-disabled ok: kernel.modules_disabled is 0
    container ok: no container; it may load modules
    secure-boot ok: off
    lockdown ok: none
    sig-enforce ok: the kernel takes unsigned modules
    fips ok: off
    kprobes ok: the kernel has them (CONFIG_KPROBES)
    uprobes ok: the kernel has them (CONFIG_UPROBES)
    tracepoints ok: the kernel has them (CONFIG_TRACEPOINTS)
    relay ok: the kernel has relay channels (CONFIG_RELAY)
    debugfs ok: mounted
    module ok: no module of the same name is loaded
    leftovers ok: none
    disk ok: /tmp has 1000.0 MB free
    memory ok: 400.0 MB available
    load ok: 0.25 for each CPU
    clock ok: within a second of ours
    packages ok: the playbook asks for none
    command ok: the playbook asks for none"
  `);
});

test('every row of a target that says next to nothing', () => {
  const facts: Partial<HostFacts> = {
    staprun: { path: '/usr/bin/staprun', executable: true },
    kernelSettings: { modules: true, debugfs: 'supported', tracefs: 'missing' },
  };
  expect(say(examine({ facts }).findings)).toMatchInlineSnapshot(`
    "runtime unknown: /usr/bin/staprun does not say its version (of no package)
    rights ok: root
    kernel-modules ok: the kernel has loadable modules
    modules-disabled unknown: it does not say kernel.modules_disabled
    container unknown: no container; whether it may load modules it does not say
    secure-boot unknown: the host does not say
    lockdown unknown: the host does not say (/sys/kernel/security/lockdown)
    sig-enforce unknown: the host does not say (module.sig_enforce)
    fips unknown: the host does not say
    kprobes unknown: the host does not say whether its kernel has them (CONFIG_KPROBES)
    uprobes unknown: the host does not say whether its kernel has them (CONFIG_UPROBES)
    tracepoints unknown: the host does not say whether its kernel has them (CONFIG_TRACEPOINTS)
    relay unknown: the host does not say whether its kernel has CONFIG_RELAY
    debugfs ok: not mounted: staprun will mount it
    module ok: no module of the same name is loaded
    leftovers ok: none
    disk ok: /tmp has 1000.0 MB free
    memory unknown: the host does not say
    load ok: 0.25 for each CPU
    clock ok: within a second of ours
    packages ok: the playbook asks for none
    command ok: the playbook asks for none"
  `);
});

function say(findings: readonly Finding[]): string {
  return findings.map(({ check: name }) => `${name} ${sayRow(findings, name)}`).join('\n');
}

describe('the version to install', () => {
  const stapPackage = { manager: 'dpkg', name: 'systemtap', version: '5.1-5' } as const;
  const bare = { staprun: undefined } as unknown as Partial<HostFacts>;

  test.each<[what: string, builder: Partial<BuildHostFacts>, cure: string]>([
    ['the build host’s, of the same system', { stapPackage }, 'apt-get install -y systemtap-runtime=5.1-5'],
    [
      'any, of another release',
      { stapPackage, os: { id: 'debian', version: '12', like: [] } },
      'apt-get install -y systemtap-runtime',
    ],
    ['any, where the build host has no package', {}, 'apt-get install -y systemtap-runtime'],
  ])('%s', (_what, builder, cure) => {
    expect(row('runtime', { facts: bare }, { builder })).toBe(
      `failed: systemtap-runtime is not installed (no staprun) → ${cure}`,
    );
  });
});

describe('stapusr alone', () => {
  const ada = { user: { name: 'ada', uid: 1000, groups: ['stapusr', 'stapsys'] }, sudo: 'missing' } as const;
  const only =
    'failed: ada is in stapusr but not in stapdev: staprun loads only what root has put into /lib/modules/6.1.0-56-cloud-amd64/systemtap';
  const cure =
    ', and tapbook puts modules into /tmp → usermod -aG stapdev ada, or connect as root, or set ansible_become: true';
  const byHand =
    '; for modules that root puts there by hand: install -d -o root -g root -m 755 /lib/modules/6.1.0-56-cloud-amd64/systemtap';

  test.each<[HostFacts['blessedDirectory'], string]>([
    [{ owner: 'root', mode: '755' }, `${only} (which is as it has to be)${cure}`],
    [{ owner: 'root', mode: '777' }, `${only} (which all may write to)${cure}${byHand}`],
    [{ owner: 'ada', mode: '755' }, `${only} (which belongs to ada, not to root)${cure}${byHand}`],
  ])('with %j', (blessedDirectory, said) => {
    expect(row('rights', { facts: { ...ada, ...(blessedDirectory && { blessedDirectory }) } })).toBe(said);
  });

  test('a staprun that makes nobody root', () => {
    const tapper = { user: { name: 'ada', uid: 1000, groups: ['stapusr', 'stapdev'] }, sudo: 'missing' } as const;
    const staprun = { path: '/usr/local/bin/staprun', version: '5.1', executable: true, owner: 'root', mode: '755' };
    expect(row('rights', { facts: { ...tapper, staprun } })).toBe(
      "failed: /usr/local/bin/staprun is not set-user-ID root (it is root's, mode 755) → chown root:stapusr /usr/local/bin/staprun && chmod 4754 /usr/local/bin/staprun, or connect as root",
    );
    expect(row('rights', { facts: { staprun } })).toBe('ok: root');
  });
});

describe('containers', () => {
  test.each<[Partial<HostFacts>, string]>([
    [
      { container: 'docker', moduleRight: 'given' },
      "warning: it is a container (docker) that may load modules: they run in its host's kernel",
    ],
    [
      { container: 'lxc', moduleRight: 'user-namespace' },
      'failed: it is a container (lxc) and cannot load modules → run the play on the machine that holds it',
    ],
    [
      { moduleRight: 'user-namespace' },
      'failed: the login is in a user namespace of its own and cannot load modules → run the play on the machine that holds it',
    ],
    [
      { moduleRight: 'no-capability' },
      'failed: nothing the login starts may load modules (CAP_SYS_MODULE is not in its bounding set) → it is a container without that right, or sshd runs with ProtectKernelModules= or CapabilityBoundingSet=: systemctl cat ssh sshd',
    ],
  ])('%j', (facts, said) => {
    expect(row('container', { facts })).toBe(said);
  });
});

describe('signed modules', () => {
  const signed = { signed: 'signed' } as const;
  const enrolled = " → see that the signer's certificate is enrolled there: mokutil --list-enrolled";

  test('are no failure where the kernel takes no others', () => {
    const parts = kernel({ lockdown: 'integrity', sigEnforce: true, secureBoot: true, fips: true });
    expect(check(parts, signed)).toBe('login-user');
    expect(['secure-boot', 'lockdown', 'sig-enforce', 'fips'].map(name => row(name, parts, signed))).toEqual([
      `warning: on: most kernels then refuse unsigned modules${enrolled}`,
      `warning: the kernel is locked down (integrity): it takes signed modules only${enrolled}`,
      `warning: the kernel takes signed modules only${enrolled}`,
      'warning: on: a signature counts only with an approved digest → sign with sha256 or better',
    ]);
  });

  test('Secure Boot alone refuses nothing', () => {
    const parts = kernel({ lockdown: 'none', sigEnforce: false, secureBoot: true, fips: true });
    expect([row('secure-boot', parts), row('fips', parts)]).toEqual([
      'ok: on, but the kernel takes unsigned modules',
      'ok: on: of no account for unsigned modules without cryptography',
    ]);
  });
});

describe('what probes are made of', () => {
  const needing = (need: Need): Circumstances => ({ needs: { ...unknownNeeds, uprobes: need } });

  test.each<[need: Need, uprobes: boolean | undefined, said: string]>([
    ['yes', true, 'ok: the kernel has them (CONFIG_UPROBES)'],
    [
      'yes',
      false,
      'failed: its kernel has no uprobes (CONFIG_UPROBES), and a script needs them → boot a kernel that has them, or use other probes',
    ],
    [
      'unknown',
      false,
      'warning: its kernel has no uprobes (CONFIG_UPROBES); a script may need them → boot a kernel that has them, or use other probes',
    ],
    ['no', false, 'ok: no script needs them'],
    ['no', undefined, 'ok: no script needs them'],
    ['yes', undefined, 'unknown: the host does not say whether its kernel has them (CONFIG_UPROBES)'],
  ])('needed: %s, there: %s', (need, uprobes, said) => {
    const parts = uprobes === undefined ? {} : kernel({ uprobes });
    expect(row('uprobes', parts, needing(need))).toBe(said);
  });

  test('relay and debugfs are for every module', () => {
    const parts = kernel({ relay: false, debugfs: 'missing' });
    expect([row('relay', parts), row('debugfs', parts)]).toEqual([
      'failed: its kernel has no relay channels (CONFIG_RELAY): no output could come out of a module → boot a kernel that has them',
      'failed: its kernel has no debugfs, which every module needs → boot one with CONFIG_DEBUG_FS, and without debugfs=off',
    ]);
  });
});

describe('leftovers', () => {
  const left = (run: Leftover['run'], owner: string, loaded?: string): Leftover => ({
    path: `/tmp/tapbook-20261123T020035Z-9c6eea-${owner}`,
    owner,
    run,
    ...(loaded === undefined ? {} : { loaded }),
  });
  const fixOf = (leftovers: readonly Leftover[]): unknown =>
    examine({ facts: { leftovers } }).findings.find(finding => finding.check === 'leftovers')?.fix;

  test('a module that a live run has too is not unloaded', () => {
    const leftovers = [left('over', 'root', 'io'), left('live', 'root', 'io')];
    expect(fixOf(leftovers)).toEqual([['rm', '-rf', '--', leftovers[0]?.path]]);
  });

  test('of a live run are left alone', () => {
    expect(row('leftovers', { facts: { leftovers: [left('live', 'root', 'io')] } })).toBe('ok: none; a run is live');
    expect(fixOf([left('live', 'root', 'io')])).toBeUndefined();
  });

  test('of ours that are over are removed, the module first', () => {
    const leftovers = [left('over', 'root', 'io'), left('live', 'ada')];
    expect(row('leftovers', { facts: { leftovers } })).toBe(
      'warning: a directory of earlier runs: /tmp/tapbook-20261123T020035Z-9c6eea-root; still loaded: io → staprun -d io && rm -rf -- /tmp/tapbook-20261123T020035Z-9c6eea-root',
    );
    expect(fixOf(leftovers)).toEqual([
      ['staprun', '-d', 'io'],
      ['rm', '-rf', '--', '/tmp/tapbook-20261123T020035Z-9c6eea-root'],
    ]);
  });

  test('a module of the same name that a run which is over has left may go, and the run is named', () => {
    const facts = { loadedModules: ['io'], leftovers: [left('over', 'root', 'io')] };
    expect(row('module', { facts })).toBe(
      'failed: a run that is over has left io loaded: 20261123T020035Z-9c6eea → tapbook clean 20261123T020035Z-9c6eea',
    );
    const fix = examine({ facts }).findings.find(({ check }) => check === 'module')?.fix;
    expect(fix).toEqual([
      ['staprun', '-d', 'io'],
      ['rm', '-rf', '--', '/tmp/tapbook-20261123T020035Z-9c6eea-root'],
    ]);
  });

  test.each([
    ["of somebody else's run", [left('over', 'bob', 'io')]],
    ['of a run that may be live', [left('unknown', 'root', 'io')]],
    ['that a live run has too', [left('over', 'root', 'io'), left('live', 'root', 'io')]],
    ['of no run', []],
  ])('a module of the same name %s is not for us to take', (_whose, leftovers) => {
    const facts = { loadedModules: ['io'], leftovers };
    expect(row('module', { facts })).toContain('failed: a module named io is loaded already → if nobody uses it');
    expect(examine({ facts }).findings.find(({ check }) => check === 'module')?.fix).toBeUndefined();
  });

  test.each([
    ["somebody else's", left('over', 'bob')],
    ['that may be live', left('unknown', 'root')],
  ])('%s are only named', (_whose, leftover) => {
    expect(row('leftovers', { facts: { leftovers: [leftover] } })).toBe(
      `warning: a directory of earlier runs: ${leftover.path} → see whether these runs still live, and whose they are: ls -ld ${leftover.path}`,
    );
    expect(fixOf([leftover])).toBeUndefined();
  });

  const path = '/tmp/tapbook-20261123T020035Z-9c6eea-root';
  test.each<[HostFacts['unseenLeftovers'], readonly Leftover[], string]>([
    [
      { ours: 40, others: 5990 },
      [left('over', 'root')],
      `warning: a directory of earlier runs: ${path}; 40 more were not looked at; 5990 more of other users were not looked at → rm -rf -- ${path}`,
    ],
    [
      'too-slow',
      [],
      'warning: looking for directories of earlier runs took too long: there may be more → see what lies in /tmp and /var/tmp there: ls -U /tmp | head',
    ],
  ])('what was not looked at is told: %j', (unseenLeftovers, leftovers, expected) => {
    expect(row('leftovers', { facts: { leftovers, ...optional('unseenLeftovers', unseenLeftovers) } })).toBe(expected);
  });
});

describe('clock and memory', () => {
  test.each<[Partial<HostFacts>, string, string]>([
    [{ clockOffsetMs: 1900 }, 'clock', 'ok: 2 s ahead of ours'],
    [
      { clockOffsetMs: -93_400 },
      'clock',
      'warning: its clock is 93 s behind ours → let it follow a time server: timedatectl set-ntp true',
    ],
    [{ memoryAvailableBytes: 1e9 }, 'memory', 'ok: 1000.0 MB available'],
    [
      { memoryAvailableBytes: 1e8, cpus: 4 },
      'memory',
      "warning: 100.0 MB available; the scripts' buffers take 67.1 MB (buffer_mb for each of 4 CPUs) → lower buffer_mb",
    ],
  ])('%j', (facts, name, said) => {
    const scripts = [bind(makeScript({ bufferMb: 16 }))];
    expect(row(name, { facts, scripts })).toBe(said);
  });
});

test('packages are installed by a command that asks nothing', () => {
  const { findings } = examine({ preconditions: { missingPackages: ['kmod'] } });
  expect(findings.find(finding => finding.check === 'packages')?.fix).toEqual([
    ['apt-get', 'update'],
    ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', 'kmod'],
  ]);
});
