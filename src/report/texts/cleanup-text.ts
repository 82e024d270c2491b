import type { CleanupMode, HostCleanup, PrunedCaches } from '../../model/cleanup.ts';
import { foldHosts } from '../../model/fold-hosts.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import type { HostName } from '../../model/ids.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import { toJsonLine } from '../layout/json-line.ts';

/** Hosts with the same lines stand together, in the order of the first of them. */
export function formatCleanup(
  hosts: readonly HostCleanup[],
  pruned: PrunedCaches | undefined,
  mode: CleanupMode,
): string {
  const alike = new Map<string, HostName[]>();
  for (const host of hosts) {
    const text = linesOf(host, mode)
      .map(line => `    ${printableText(line)}\n`)
      .join('');
    alike.set(text, [...(alike.get(text) ?? []), host.host]);
  }
  const blocks = [...alike].map(([text, names]) => `${foldHosts(names)}\n${text}`);
  return `${blocks.join('')}${pruned === undefined ? '' : `${formatPruned(pruned, mode)}\n`}`;
}

/** One object a line: each host, then `{"cache": …}`. */
export function formatCleanupAsJson(
  hosts: readonly HostCleanup[],
  pruned: PrunedCaches | undefined,
  mode: CleanupMode,
): string {
  const cache = pruned === undefined ? [] : [{ cache: pruned, result: mode === 'remove' ? 'cleaned' : 'to-clean' }];
  return [...hosts, ...cache].map(one => toJsonLine(one)).join('');
}

function linesOf(cleanup: HostCleanup, mode: CleanupMode): readonly string[] {
  if ('failure' in cleanup) {
    const { cause, cure } = cleanup.failure;
    return [
      `${cleanup.result === 'failed' ? 'FAILED' : 'UNREACHABLE'}: ${cause}`,
      ...(cure === undefined ? [] : [cure]),
    ];
  }
  const { modules, folders, locks, kept, failed } = cleanup;
  const [unload, remove] = mode === 'remove' ? ['unloaded', 'removed'] : ['would unload', 'would remove'];
  const lines = [
    ...modules.map(module => `${unload} ${module}`),
    ...folders.map(path => `${remove} ${path}`),
    ...locks.map(path => `${remove} the lock ${path}`),
    ...kept.map(({ path, why }) => `kept ${path}: ${why}`),
    ...failed.map(({ what, why }) => `FAILED ${what}: ${why}`),
  ];
  return lines.length === 0 ? ['nothing is left'] : lines;
}

function formatPruned(
  { modules, canaries, buildHosts, binaries, locks, bytes }: PrunedCaches,
  mode: CleanupMode,
): string {
  const parts = [
    [modules, 'module'],
    [canaries, 'canary record'],
    [buildHosts, 'build host'],
    [binaries, 'binary'],
    [locks, 'stale lock'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, noun]) => countOf(count, noun));
  if (told.length === 0) return 'caches: nothing to remove';
  return `caches: ${mode === 'remove' ? 'removed' : 'would remove'} ${told.join(', ')} (${formatBytes(bytes)})`;
}
