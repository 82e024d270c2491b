import type { HostFacts, Leftover } from '../../facts/host-facts.ts';
import { type ModuleName, parseModuleName, type RunId } from '../../model/ids.ts';
import { sortLeftovers } from './sort-leftovers.ts';

/** What is removed from a host, and what is kept and why. */
export interface Cleanup {
  /** Unloaded in this order, before the folders are removed. */
  readonly modules: readonly ModuleName[];
  readonly folders: readonly { readonly path: string; readonly module?: ModuleName }[];
  readonly kept: readonly { readonly path: string; readonly why: string }[];
  /** What may be there of ours besides, since not all was looked at. */
  readonly unseen: readonly { readonly what: string; readonly why: string }[];
}

/**
 * Chooses what to remove of all that runs, or one run, have left on a host: only what is surely over and ours. Folders are
 * chosen by their name, their owner and the live supervisors; loaded modules by their folder. For one run, also loaded
 * modules that its history names for this host and that no other run uses.
 */
export function planCleanup(
  facts: Pick<HostFacts, 'leftovers' | 'unseenLeftovers' | 'user' | 'becomeUser' | 'loadedModules'>,
  { run, named }: { readonly run?: RunId; readonly named: readonly ModuleName[] },
): Cleanup {
  const { live, removable, doubtful, inUse, ours } = sortLeftovers(facts);
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
      ...doubtful.filter(isMeant).map(one => ({ path: one.path, why: explainDoubt(one, ours) })),
      ...(run === undefined ? keepOthers(facts.unseenLeftovers) : []),
    ],
    unseen: lookAgain(facts.unseenLeftovers),
  };
}

function explainDoubt({ run, owner }: Leftover, ours: ReadonlySet<string>): string {
  if (owner !== undefined && !ours.has(owner)) return `it belongs to ${owner}`;
  if (run === 'unknown') return "its run may be live: others' processes cannot be seen there";
  return 'it is not known whose it is';
}

/** Whatever is named as ours in folders where anybody may write. */
function keepOthers(unseen: HostFacts['unseenLeftovers']): Cleanup['kept'] {
  if (unseen === undefined || unseen === 'too-slow' || unseen.others === 0) return [];
  return [{ path: `${unseen.others} more`, why: 'they belong to other users, and were not looked into' }];
}

function lookAgain(unseen: HostFacts['unseenLeftovers']): Cleanup['unseen'] {
  if (unseen === undefined) return [];
  if (unseen === 'too-slow') return [{ what: 'directories of runs', why: 'looking for them took too long' }];
  if (unseen.ours === 0) return [];
  return [{ what: `${unseen.ours} more directories`, why: 'so many at once are not looked at; clean once more' }];
}
