import type { HostFacts, Leftover } from '../../facts/host-facts.ts';
import { type ModuleName, parseModuleName, type RunId } from '../../model/ids.ts';
import { sortLeftovers } from './sort-leftovers.ts';

/** What is to be removed from a host, and what is left alone, each with why. */
export interface Cleanup {
  /** In this order, before the folders. */
  readonly modules: readonly ModuleName[];
  readonly folders: readonly { readonly path: string; readonly module?: ModuleName }[];
  readonly kept: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Of all that runs have left on a host, or of one run's, only what is surely over and ours is removed: folders by their
 * name, owner and a look at the supervisors there; modules that lie in such a folder and are loaded; and of one run also
 * those that its history names for this host and that nobody there is known to use.
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
  // A live script of the run may have any of them, though its module is not live yet.
  const isLive = live.some(isMeant) || doubtful.some(isMeant);
  const alone = isLive ? [] : named.filter(name => facts.loadedModules.includes(name) && !inUse.has(name));
  return {
    modules: [...new Set([...folders.flatMap(({ module }) => (module === undefined ? [] : [module])), ...alone])],
    folders,
    kept: [
      ...live.filter(isMeant).map(({ path }) => ({ path, why: 'its run is live' })),
      ...doubtful.filter(isMeant).map(one => ({ path: one.path, why: whyDoubtful(one) })),
    ],
  };
}

function whyDoubtful({ run, owner }: Leftover): string {
  if (run === 'unknown') return "its run may be live: others' processes cannot be seen there";
  return owner === undefined ? 'it is not known whose it is' : `it belongs to ${owner}`;
}
