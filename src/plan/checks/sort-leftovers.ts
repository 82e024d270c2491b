import type { HostFacts, Leftover } from '../../facts/host-facts.ts';

/** What is left on a host of runs of ours, by what may be done about it. */
export interface SortedLeftovers {
  /** Its run has a supervisor there. */
  readonly live: readonly Leftover[];
  /** Surely over, and the user's whom we are there, or root's. */
  readonly removable: readonly Leftover[];
  /** Somebody else's, or perhaps live. */
  readonly doubtful: readonly Leftover[];
  /** Modules that are known, or may be, in use by a run that is not surely over. */
  readonly inUse: ReadonlySet<string>;
}

export function sortLeftovers({
  leftovers,
  user,
  becomeUser,
}: Pick<HostFacts, 'leftovers' | 'user' | 'becomeUser'>): SortedLeftovers {
  const ours = new Set(['root', user.name, ...(becomeUser === undefined ? [] : [becomeUser.name])]);
  const isRemovable = ({ run, owner }: Leftover): boolean => run === 'over' && owner !== undefined && ours.has(owner);
  const others = leftovers.filter(({ run }) => run !== 'live');
  return {
    live: leftovers.filter(({ run }) => run === 'live'),
    removable: others.filter(isRemovable),
    doubtful: others.filter(one => !isRemovable(one)),
    inUse: new Set(leftovers.flatMap(({ run, loaded }) => (run === 'over' || loaded === undefined ? [] : [loaded]))),
  };
}
