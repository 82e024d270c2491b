import { matchesPatterns } from '../../ssh-config/match-patterns.ts';
import { hashName, type KnownHostLine } from './known-hosts.ts';

/** The lines about a name, which is `host` for port 22 and `[host]:port` for others, in the order of the file. */
export type LinesForHost = (name: string) => readonly KnownHostLine[];

interface Place {
  readonly at: number;
  readonly line: KnownHostLine;
}

/** A fleet's file has a line for each of its hosts: those that name them plainly are found without looking at the others. */
export function indexKnownHosts(lines: readonly KnownHostLine[]): LinesForHost {
  const plain = new Map<string, Place[]>();
  const others: (Place & { readonly isAbout: (name: string) => boolean })[] = [];
  for (const [at, line] of lines.entries()) {
    const hashed = readHashed(line.patterns);
    const patterns = line.patterns.toLowerCase().split(',');
    if (hashed !== undefined) others.push({ at, line, isAbout: hashed });
    else if (/[*?!]/.test(line.patterns)) others.push({ at, line, isAbout: name => matchesPatterns(patterns, name) });
    else {
      for (const name of new Set(patterns)) {
        const places = plain.get(name);
        if (places === undefined) plain.set(name, [{ at, line }]);
        else places.push({ at, line });
      }
    }
  }
  return name => {
    const lowerCase = name.toLowerCase();
    const found = [...(plain.get(lowerCase) ?? []), ...others.filter(({ isAbout }) => isAbout(lowerCase))];
    return found.sort((left, right) => left.at - right.at).map(({ line }) => line);
  };
}

/** `|1|SALT|HASH`: only somebody who knows the name can tell. */
function readHashed(patterns: string): ((name: string) => boolean) | undefined {
  if (!patterns.startsWith('|1|')) return undefined;
  const [, , salt, hash] = patterns.split('|');
  if (salt === undefined || hash === undefined) return () => false;
  const bytes = Buffer.from(salt, 'base64');
  return name => hashName(bytes, name) === hash;
}
