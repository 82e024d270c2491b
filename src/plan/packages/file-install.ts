import { packageFamily, rpmTool, type System } from './install-command.ts';

/**
 * How root installs what a file belongs to, in half a sentence; undefined where nobody knows. dnf, yum and zypper take the path
 * itself; Debian's packages of PostgreSQL are told by its folder.
 */
export function fileInstall(os: System, path: string): string | undefined {
  // It goes onto a command line for people.
  if (!/^\/[\w./+:@-]+$/.test(path)) return undefined;
  switch (packageFamily(os)) {
    case 'debian': {
      const major = /^\/usr\/lib\/postgresql\/(\d+)\//.exec(path)?.[1];
      if (major !== undefined) return `apt-get install postgresql-${major}`;
      return `install its package (apt-file search ${path})`;
    }
    case 'rpm':
      return `${rpmTool(os)} install ${path}`;
    case 'suse':
      return `zypper install ${path}`;
    case 'alpine':
      return `apk add cmd:${path.slice(path.lastIndexOf('/') + 1)}`;
    default:
      return 'install its package';
  }
}
