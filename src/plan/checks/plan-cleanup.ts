import type { HostFacts, Leftover } from '../../facts/host-facts.ts';
import { type ModuleName, parseModuleName, type RunId } from '../../model/ids.ts';
import { sortLeftovers } from './sort-leftovers.ts';

/** What is removed from a host, and what is kept and why. */
export interface Cleanup {
  /** Unloaded in this order, before the folders are removed. */
  readonly modules: readonly ModuleName[];
  readonly folders: readonly { readonly path: string; readonly module?: ModuleName }[];
  readonly kept: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Chooses what to remove of all that runs, or one run, have left on a host: only what is surely over and ours. Folders are
 * chosen by their name, their owner and the live supervisors; loaded modules by their folder. For one run, also loaded
 * modules that its history names for this host and that no other run uses.
 */
export function planCleanup(
  facts: Pick<HostFacts, 'leftovers' | 'user' | 'becomeUser' | 'loadedModules'>,
  { run, named }: { readonly run?: RunId; readonly named: readonly ModuleName[] },
): Cleanup {
  const { live, removable, doubtful, inUse } = sortLeftovers(facts);
  const isMeant = ({ path }: Leftover): boolean => run === undefined || path.includes(`/tapbook-${run}-`);
  const folders = removable.filter(isMeant).map(({ path, loaded }) => {
    const module = loaded === undefined || inUse.has(loaded) ? undefined : parseModuleName(loaded);
    return module === undefined ? { path } : { path, module };
  });
  // A live script of the run may be about to load any of these modules.
  const isLive = live.some(isMeant) || doubtful.some(isMeant);
  const alone = isLive ? [] : named.filter(name => facts.loadedModules.includes(name) && !inUse.has(name));
  return {
    modules: [...new Set([...folders.flatMap(({ module }) => (module === undefined ? [] : [module])), ...alone])],
    folders,
    kept: [
      ...live.filter(isMeant).map(({ path }) => ({ path, why: 'its run is live' })),
      ...doubtful.filter(isMeant).map(one => ({ path: one.path, why: explainDoubt(one) })),
    ],
  };
}

function explainDoubt({ run, owner }: Leftover): string {
  if (run === 'unknown') return "its run may be live: others' processes cannot be seen there";
  return owner === undefined ? 'it is not known whose it is' : `it belongs to ${owner}`;
}
