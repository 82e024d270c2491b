import { describe, expect, test } from 'vitest';
import type { BuildHostFacts, HostFacts } from '../../src/facts/host-facts.ts';
import { failuresOf } from '../../src/model/finding.ts';
import type { Become } from '../../src/model/host.ts';
import { checkTarget, type TargetWishes, unknownNeeds } from '../../src/plan/check-target.ts';
import type { Preconditions } from '../../src/playbook/playbook.ts';
import { bind, makeBuilder, makeFacts, makeScript, ready, sayFailures, type TargetParts } from './rig.ts';

const noWishes: Preconditions = { packages: ['systemtap-runtime'], commands: [] };

interface Circumstances extends Partial<Omit<TargetWishes, 'preconditions' | 'builder'>> {
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
  const found = examine(parts, circumstances).findings.filter(finding => finding.check === name);
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
    `the kernel is locked down (${how}) and refuses unsigned modules → boot without lockdown= and Secure Boot`;

  test.each<[what: string, parts: TargetParts, said: string | undefined]>([
    ['lockdown none', kernel({ lockdown: 'none' }), undefined],
    ['lockdown integrity', kernel({ lockdown: 'integrity' }), locked('integrity')],
    ['lockdown confidentiality', kernel({ lockdown: 'confidentiality', sigEnforce: true }), locked('confidentiality')],
    [
      'signed modules only',
      kernel({ sigEnforce: true }),
      'the kernel takes signed modules only (module.sig_enforce) → boot without module.sig_enforce=1',
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
