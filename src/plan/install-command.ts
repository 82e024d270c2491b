/** The distribution families, as far as their package managers differ. */
export type PackageFamily = 'debian' | 'rpm' | 'suse' | 'alpine' | 'unknown';

export function packageFamily(os: { readonly id?: string; readonly like: readonly string[] }): PackageFamily {
  const names = [os.id ?? '', ...os.like];
  const has = (...wanted: string[]): boolean => wanted.some(name => names.includes(name));
  if (has('debian', 'ubuntu')) return 'debian';
  if (has('suse', 'opensuse', 'sles', 'opensuse-leap', 'opensuse-tumbleweed')) return 'suse';
  if (has('rhel', 'fedora', 'centos', 'rocky', 'almalinux', 'ol', 'amzn')) return 'rpm';
  if (has('alpine')) return 'alpine';
  return 'unknown';
}

/** The command that installs packages there, to be run by root. */
export function installCommand(family: PackageFamily, packages: readonly string[]): string {
  const list = packages.join(' ');
  switch (family) {
    case 'debian':
      return `apt-get install -y ${list}`;
    case 'rpm':
      return `dnf install -y ${list}`;
    case 'suse':
      return `zypper --non-interactive install ${list}`;
    case 'alpine':
      return `apk add ${list}`;
    case 'unknown':
      return `install ${list}`;
    default:
      return family satisfies never;
  }
}
