import type { Event, EventReader } from '../../model/event.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { HostName, RunId } from '../../model/ids.ts';
import { isClean } from '../../model/script-end.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';

export interface LeftoverWatch extends EventReader {
  /** Whether a batch has begun: before, nothing can be left. */
  hasBegun(): boolean;
  /** A message with the command that cleans up; undefined if every host has reported that it is clean. */
  advice(words: {
    readonly run: RunId;
    readonly inventory: readonly string[];
    readonly leaseSeconds: number;
  }): string | undefined;
}

/** Remembers the hosts on which something may be left: they have not reported to be clean. */
export function watchLeftovers(): LeftoverWatch {
  const unsure = new Set<HostName>();
  let hasBegun = false;
  return {
    hasBegun: () => hasBegun,
    read(event: Event) {
      if (event.kind === 'batch-started') hasBegun = true;
      if (event.kind !== 'script-finished') return;
      if (!isClean(event.left)) unsure.add(event.host);
    },
    congestion: () => undefined,
    close: async () => undefined,
    advice({ run, inventory, leaseSeconds }) {
      if (unsure.size === 0) return undefined;
      const command = shellLine(['tapbook', 'clean', run, ...inventory.flatMap(source => ['-i', source])]);
      const hosts = foldHostsWithin([...unsure], 60);
      return `${hosts} did not say that nothing is left; what still runs there ends with its lease of ${leaseSeconds} s. Then look and clean up with: ${command}`;
    },
  };
}
