/** How much of what scripts print a run keeps, in bytes. What is more is shown and counted, and not kept. */
export interface KeepLimits {
  /** Of each stream of each script on a host, where the script does not say so itself. */
  readonly maxFileBytes: number;
  /** Of the whole run. */
  readonly maxOutputBytes: number;
}

/** As much as somebody may still want to look through, and less than half of what the history keeps of all runs together. */
export const usualKeep: KeepLimits = { maxFileBytes: 100e6, maxOutputBytes: 2e9 };

/** What a limit may be. */
export const keepRange = { least: 1_000, most: 1e12 } as const;
