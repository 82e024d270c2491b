import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SshConnection } from '../../model/host.ts';
import { type KnownHostLine, linesForHost, parseKnownHosts } from './known-hosts.ts';

/** The files that ssh reads when nothing else is said. */
const defaultFiles: readonly string[] = [
  join(homedir(), '.ssh/known_hosts'),
  join(homedir(), '.ssh/known_hosts2'),
  '/etc/ssh/ssh_known_hosts',
  '/etc/ssh/ssh_known_hosts2',
];

export interface KnownHost {
  readonly lines: readonly KnownHostLine[];
  /** The file into which a new key is to be written. */
  readonly file: string;
}

/** Reads known_hosts files, each once in the life of this reader. */
export function createKnownHostsReader(): (host: SshConnection) => Promise<KnownHost> {
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
    const files = knownHostsFile === undefined ? defaultFiles : [knownHostsFile];
    const lines = (await Promise.all(files.map(readOnce))).flat();
    return { lines: linesForHost(lines, address, port), file: files[0] ?? '' };
  };
}
