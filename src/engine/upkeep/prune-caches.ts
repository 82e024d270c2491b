import { join } from 'node:path';
import { pruneLocks } from '../../history/locks/run-locks.ts';
import type { CleanupMode, PrunedCaches } from '../../model/cleanup.ts';
import { type PruneRule, pruneCache } from '../../module/cache/prune-cache.ts';

const day = 24 * 60 * 60 * 1000;
const digest = '[0-9a-f]{64}';

/** Limits without `--cache-age`. Facts of build hosts are of use for minutes only; modules and canaries until nobody uses them. */
const rules: Readonly<
  Record<'modules' | 'canaries' | 'build-hosts' | 'binaries' | 'binary-probes', Omit<PruneRule, 'directory'>>
> = {
  modules: { entries: new RegExp(`^${digest}$`), maxAgeMs: 30 * day, most: 500 },
  canaries: { entries: new RegExp(`^${digest}\\.json$`), maxAgeMs: 30 * day, most: 2_000 },
  binaries: { entries: /^[0-9a-f]{2,128}(?:\.debuginfo)?$/, maxAgeMs: 30 * day, most: 100 },
  'binary-probes': { entries: /^[0-9a-f]{2,128}\.json$/, maxAgeMs: 30 * day, most: 500 },
  'build-hosts': { entries: new RegExp(`^${digest}$`), maxAgeMs: day, most: 2_000 },
};

/** What a crash has left of a module or a binary that was being stored. */
const unfinished: Omit<PruneRule, 'directory'> = { entries: /^\.making-[0-9a-f]{12}$/, maxAgeMs: day, most: 0 };

/** Prunes the caches in `caches`, and removes the locks of ended runs from `locks`. Without an age, each cache has its own. */
export async function pruneCaches(
  cacheAgeSeconds: number | undefined,
  directories: { readonly caches: string; readonly locks: string },
  mode: CleanupMode,
): Promise<PrunedCaches> {
  const age = cacheAgeSeconds === undefined ? {} : { maxAgeMs: cacheAgeSeconds * 1000 };
  const prune = (name: keyof typeof rules, rule: Omit<PruneRule, 'directory'> = { ...rules[name], ...age }) =>
    pruneCache({ ...rule, directory: join(directories.caches, name) }, mode);
  const modules = await prune('modules');
  const canaries = await prune('canaries');
  const buildHosts = await prune('build-hosts');
  const binaries = await prune('binaries');
  const probes = await prune('binary-probes');
  const partial = [await prune('modules', unfinished), await prune('binaries', unfinished)];
  const locks = await pruneLocks(directories.locks, mode);
  return {
    modules: modules.entries,
    canaries: canaries.entries,
    buildHosts: buildHosts.entries,
    binaries: binaries.entries + probes.entries,
    locks: locks.length,
    bytes: [modules, canaries, buildHosts, binaries, probes, ...partial].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
