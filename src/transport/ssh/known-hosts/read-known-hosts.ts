import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { err, ok, type Result } from '../../../model/result.ts';
import { largestText, readWithin } from '../../../process/read-within.ts';
import type { HostKeyPolicy } from '../../ssh-config/ssh-server.ts';
import { indexKnownHosts, type LinesForHost } from './index-known-hosts.ts';
import { hostKeyType, type KnownHostLine, parseKnownHosts, writeKnownHost } from './known-hosts.ts';

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
  const files = new Map<string, Promise<KnownHostsFile>>();
  const readOnce = (file: string): Promise<KnownHostsFile> => {
    const reading =
      files.get(file) ??
      // A file that cannot be read knows no host: the host's key is then refused as unknown.
      readWithin(file, largestText).then(
        bytes => indexed(parseKnownHosts(file, bytes.toString('utf8'))),
        () => indexed([]),
      );
    files.set(file, reading);
    return reading;
  };
  const oneAtATime = pLimit(1);
  return {
    async read({ name, nameForAnyPort, userFiles, globalFiles }) {
      const all = await Promise.all([...userFiles, ...globalFiles].map(readOnce));
      const about = (who: string): readonly KnownHostLine[] => all.flatMap(file => file.about(who));
      return { lines: about(name), anyPort: nameForAnyPort === undefined ? [] : about(nameForAnyPort) };
    },
    add({ name, userFiles, entries }, key) {
      return oneAtATime(async () => {
        const [file] = userFiles;
        if (file === undefined) return err('there is no known_hosts file to write to');
        if (!isName.test(name)) return err(`the name ${JSON.stringify(name)} would mean others too in known_hosts`);
        const known = await readOnce(file);
        const type = hostKeyType(key);
        const base64 = key.toString('base64');
        // Another host of the inventory may be the same server.
        if (known.about(name).some(line => line.marker === 'none' && line.key === base64)) return ok(file);
        try {
          await mkdir(dirname(file), { recursive: true, mode: 0o700 });
          const before = await readWithin(file, largestText).catch(() => Buffer.alloc(0));
          const newline = before.length === 0 || before.at(-1) === 0x0a ? '' : '\n';
          await appendFile(file, `${newline}${writeKnownHost(name, type, base64, entries)}\n`, { mode: 0o600 });
        } catch (error) {
          return err(`cannot write to ${file}: ${(error as Error).message}`);
        }
        const line = { file, line: 0, marker: 'none', patterns: name, type, key: base64 } as const;
        files.set(file, Promise.resolve(indexed([...known.lines, line])));
        return ok(file);
      });
    },
  };
}

/** One host: without what makes patterns, fields, lines, comments and marks (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
const isName = /^[^\s\p{Cc},*?!#@|][^\s\p{Cc},*?!]*$/u;

interface KnownHostsFile {
  readonly lines: readonly KnownHostLine[];
  readonly about: LinesForHost;
}

function indexed(lines: readonly KnownHostLine[]): KnownHostsFile {
  return { lines, about: indexKnownHosts(lines) };
}
