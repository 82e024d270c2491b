import { readdirSync, readFileSync } from 'node:fs';

/** More than so many files are hardly open at a time that are open for moments only: what hosts print, keys, sockets of agents, pipes of programs. */
const mostOwn = 64;

let known: { readonly limit: number | undefined } | undefined;

/**
 * How many files this process may have open; undefined where that is not told (no Linux) or has no end. Node has raised the soft
 * limit to the hard one when it began. Read once, since it cannot be read when no file can be opened any more.
 */
export function openFilesLimit(): number | undefined {
  known ??= { limit: readLimit() };
  return known.limit;
}

function readLimit(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** How many descriptors connections may have, of a process that may have `limit`: beside what is open now, and some for moments. */
export function roomWithin(limit: number): number {
  const open = readdirSync('/proc/self/fd').length;
  return Math.max(1, limit - open - Math.min(mostOwn, Math.floor(limit / 4)));
}

export const cureOfLimit =
  'raise its hard limit: LimitNOFILE= of a systemd unit, /etc/security/limits.conf, or as root ulimit -n';
