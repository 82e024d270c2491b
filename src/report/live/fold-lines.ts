import type { HostName } from '../../model/ids.ts';

/** `|` the script's stdout, `!` its stderr, `:` what we say of the host ourselves, `-` what concerns no host. */
export type LineSign = '|' | '!' | ':' | '-';

export interface FoldedLine {
  readonly hosts: readonly HostName[];
  readonly sign: LineSign;
  readonly text: string;
  /** When the first of them came: ISO 8601 in UTC. */
  readonly time?: string;
}

export interface LineFolder {
  add(host: HostName, sign: LineSign, text: string, time?: string): void;
  /** A line that is shown by itself, though other hosts may print the same. */
  addAlone(line: FoldedLine): void;
  /** A line that concerns no host. */
  tell(text: string): void;
  /** How many lines are held, folded. */
  size(): number;
  /** The lines so far, and starts anew. */
  take(): FoldedLine[];
}

/** Folds equal lines of several hosts into one. Each host's own lines keep their order; a host's line never folds into itself. */
export function createLineFolder(): LineFolder {
  let lines: { hosts: HostName[]; sign: LineSign; text: string; time?: string }[] = [];
  const latestOf = new Map<string, number>();
  const lastOfHost = new Map<HostName, number>();
  return {
    add(host, sign, text, time) {
      const key = `${sign}${text}`;
      const same = latestOf.get(key);
      // A line that stands before the host's last one would turn the host's order round.
      if (same !== undefined && same > (lastOfHost.get(host) ?? -1)) {
        lines[same]?.hosts.push(host);
        lastOfHost.set(host, same);
        return;
      }
      latestOf.set(key, lines.length);
      lastOfHost.set(host, lines.length);
      lines.push({ hosts: [host], sign, text, ...(time === undefined ? {} : { time }) });
    },
    addAlone(line) {
      lines.push({ ...line, hosts: [...line.hosts] });
    },
    tell(text) {
      lines.push({ hosts: [], sign: '-', text });
    },
    size: () => lines.length,
    take() {
      const taken = lines;
      lines = [];
      latestOf.clear();
      lastOfHost.clear();
      return taken;
    },
  };
}
