import { formatBytes } from '../../model/format-bytes.ts';
import { countOf } from '../layout/amounts.ts';

/** What `tapbook runs prune` came to; `only-look`: what it would come to. */
export function formatPrunedRuns(
  { removed, bytes, kept }: { readonly removed: readonly unknown[]; readonly bytes: number; readonly kept: number },
  mode: 'remove' | 'only-look',
): string {
  const what = mode === 'only-look' ? 'would be removed' : 'removed';
  return `${countOf(removed.length, 'run')} ${what} (${formatBytes(bytes)}), ${kept} kept\n`;
}
