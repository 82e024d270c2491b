/** How long a host may take until the others no longer wait for it, in milliseconds. */
export interface Patience {
  /** While no host has answered yet. */
  readonly unknownMs: number;
  /** Nobody is late before that, however quick the others are. */
  readonly leastMs: number;
  /** Nobody is late in its probe before that. */
  readonly probeMs: number;
  /** How long a wave of late hosts is held back, so that more of them join it: planning one is work. */
  readonly gatherMs: number;
}

/** A lost SYN is sent again after a second: nothing below that is slow. A probe ends what hangs in it after 4 s. */
export const usualPatience: Patience = { unknownMs: 5_000, leastMs: 1_200, probeMs: 6_000, gatherMs: 1_000 };
