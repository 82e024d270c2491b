import type { HostFacts, Leftover } from '../../facts/host-facts.ts';

/** What tapbook's runs have left on a host, by whether it may be removed. */
export interface SortedLeftovers {
  /** Their run has a supervisor there. */
  readonly live: readonly Leftover[];
  /** Surely over, and owned by our user on the host or by root. */
  readonly removable: readonly Leftover[];
  /** Somebody else's, or perhaps live. */
  readonly doubtful: readonly Leftover[];
  /** Modules of runs that are not surely over. */
  readonly inUse: ReadonlySet<string>;
  /** The users whose leftovers may be removed. */
  readonly ours: ReadonlySet<string>;
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
    ours,
  };
}
