import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { err, ok, type Result } from '../../model/result.ts';
import type { HostKeyPolicy } from '../ssh-config/ssh-server.ts';
import { hostKeyType, type KnownHostLine, linesForHost, parseKnownHosts, writeKnownHost } from './known-hosts.ts';

export interface KnownHost {
  /** The lines about the server under its name. */
  readonly lines: readonly KnownHostLine[];
  /** The lines about the address without the port, where that is not 22. */
  readonly anyPort: readonly KnownHostLine[];
}

/** known_hosts files, each read once in the life of this and added to as servers are trusted. */
export interface KnownHosts {
  readonly read: (policy: HostKeyPolicy) => Promise<KnownHost>;
  /** Writes an entry into the first of the user's files; to the file's name, or a sentence why that failed. */
  readonly add: (policy: HostKeyPolicy, key: Buffer) => Promise<Result<string, string>>;
}

export function openKnownHosts(): KnownHosts {
  const files = new Map<string, Promise<readonly KnownHostLine[]>>();
  const readOnce = (file: string): Promise<readonly KnownHostLine[]> => {
    const reading =
      files.get(file) ??
      // A file that cannot be read knows no host: the host's key is then refused as unknown.
      readFile(file, 'utf8').then(
        text => parseKnownHosts(file, text),
        () => [],
      );
    files.set(file, reading);
    return reading;
  };
  const oneAtATime = pLimit(1);
  return {
    async read({ name, nameForAnyPort, userFiles, globalFiles }) {
      const all = (await Promise.all([...userFiles, ...globalFiles].map(readOnce))).flat();
      const anyPort = nameForAnyPort === undefined ? [] : linesForHost(all, nameForAnyPort);
      return { lines: linesForHost(all, name), anyPort };
    },
    add({ name, userFiles, entries }, key) {
      return oneAtATime(async () => {
        const [file] = userFiles;
        if (file === undefined) return err('there is no known_hosts file to write to');
        const known = await readOnce(file);
        const type = hostKeyType(key);
        const base64 = key.toString('base64');
        // Another host of the inventory may be the same server.
        if (linesForHost(known, name).some(line => line.marker === 'none' && line.key === base64)) return ok(file);
        try {
          await mkdir(dirname(file), { recursive: true, mode: 0o700 });
          const before = await readFile(file, 'utf8').catch(() => '');
          const newline = before === '' || before.endsWith('\n') ? '' : '\n';
          await appendFile(file, `${newline}${writeKnownHost(name, type, base64, entries)}\n`, { mode: 0o600 });
        } catch (error) {
          return err(`cannot write to ${file}: ${(error as Error).message}`);
        }
        const line = { file, line: 0, marker: 'none', patterns: name, type, key: base64 } as const;
        files.set(file, Promise.resolve([...known, line]));
        return ok(file);
      });
    },
  };
}
