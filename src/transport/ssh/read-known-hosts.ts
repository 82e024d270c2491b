import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type KnownHostLine, linesForHost, parseKnownHosts } from './known-hosts.ts';
import type { SshServer } from './ssh-server.ts';

export interface KnownHost {
  /** As known_hosts and ssh-keygen write it: `db1`, or `[db1]:2222`. */
  readonly name: string;
  readonly lines: readonly KnownHostLine[];
  /** The lines about the address without the port, where that is not 22. */
  readonly anyPort: readonly KnownHostLine[];
  /** The file into which a new key is to be written. */
  readonly file: string;
}

/** Reads known_hosts files, each once in the life of this reader. */
export function createKnownHostsReader(): (host: SshServer) => Promise<KnownHost> {
  const read = new Map<string, Promise<readonly KnownHostLine[]>>();
  const readOnce = (file: string): Promise<readonly KnownHostLine[]> => {
    const reading =
      read.get(file) ??
      // A file that cannot be read knows no host: the host's key is then refused as unknown.
      readFile(file, 'utf8').then(
        text => parseKnownHosts(file, text),
        () => [],
      );
    read.set(file, reading);
    return reading;
  };
  return async ({ address, port, knownHostsFile }) => {
    const files = knownHostsFile === undefined ? defaultFiles() : [knownHostsFile];
    const all = (await Promise.all(files.map(readOnce))).flat();
    const name = port === 22 ? address : `[${address}]:${port}`;
    const anyPort = port === 22 ? [] : linesForHost(all, address);
    return { name, lines: linesForHost(all, name), anyPort, file: files[0] ?? '' };
  };
}

/** The files that ssh reads when nothing else is said. */
function defaultFiles(): readonly string[] {
  const own = join(homedir(), '.ssh');
  return [join(own, 'known_hosts'), join(own, 'known_hosts2'), '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
}
