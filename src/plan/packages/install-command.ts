import type { Fix, WantedPackage } from '../../model/finding.ts';
import type { Remedy } from '../checks/verdicts.ts';

/** Distribution families by their package managers. */
export type PackageFamily = 'debian' | 'rpm' | 'suse' | 'alpine' | 'unknown';

/** `ID`, `VERSION_ID` and `ID_LIKE` of os-release(5). */
export interface System {
  readonly id?: string;
  readonly version?: string;
  readonly like: readonly string[];
}

export function packageFamily({ id, like }: System): PackageFamily {
  const names = [id ?? '', ...like];
  const has = (...wanted: string[]): boolean => wanted.some(name => names.includes(name));
  if (has('debian', 'ubuntu')) return 'debian';
  if (has('suse', 'opensuse', 'sles', 'opensuse-leap', 'opensuse-tumbleweed')) return 'suse';
  if (has('rhel', 'fedora', 'centos', 'rocky', 'almalinux', 'ol', 'amzn')) return 'rpm';
  if (has('alpine')) return 'alpine';
  return 'unknown';
}

/** `debug`: the repositories with debugging information are enabled too. */
export type Channel = 'usual' | 'debug';

/**
 * How root installs packages on a system: the command as a line for people, and non-interactive commands. For an unknown
 * family, only a line with the names.
 */
export function install(os: System, packages: readonly WantedPackage[], channel: Channel = 'usual'): Remedy {
  const family = packageFamily(os);
  const names = packages.map(one => spell(family, one));
  // Names may come from other machines: none may act as an option, or as `NAME-`, which tells apt to remove the package.
  if (!names.every(isPackage)) return { cure: "install what is missing by hand: its name is no package's" };
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const command = installArgv(family, os, names, channel);
  if (command === undefined) return { cure: `install ${names.join(' ')}` };
  const fix: Fix =
    family === 'debian'
      ? [
          ['apt-get', 'update'],
          [...quiet, ...command],
        ]
      : [command];
  return { cure: command.map(quote).join(' '), fix, packages };
}

function installArgv(
  family: PackageFamily,
  os: System,
  names: readonly string[],
  channel: Channel,
): readonly string[] | undefined {
  switch (family) {
    case 'debian':
      return ['apt-get', 'install', '-y', ...names];
    case 'rpm':
      return [rpmTool(os), 'install', '-y', ...(channel === 'debug' ? ['--enablerepo=*debug*'] : []), ...names];
    case 'suse': {
      const content = channel === 'debug' ? ['--plus-content', 'debug'] : [];
      return ['zypper', '--non-interactive', ...content, 'install', ...names];
    }
    case 'alpine':
      return ['apk', 'add', ...names];
    case 'unknown':
      return undefined;
    default:
      return family satisfies never;
  }
}

function isPackage(text: string): boolean {
  return /^[A-Za-z0-9][\w.+~:^=-]*$/.test(text) && !/-$/.test(text.split('=')[0] ?? '');
}

/** The notation of a package and its version for the family's tool. */
function spell(family: PackageFamily, { name, version, arch }: WantedPackage): string {
  if (version === undefined) return name;
  return family === 'rpm' ? `${name}-${version}${arch === undefined ? '' : `.${arch}`}` : `${name}=${version}`;
}

/** Before Enterprise Linux 8, and on Amazon Linux 1 and 2, there is only yum. */
export function rpmTool({ id, version = '' }: System): 'dnf' | 'yum' {
  const major = Number.parseInt(version, 10);
  if (id === 'fedora' || Number.isNaN(major)) return 'dnf';
  return major < 8 || major === 2018 ? 'yum' : 'dnf';
}

/** For a line that people copy into a shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./~^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
