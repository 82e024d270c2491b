/** What holds where nobody says anything else, in seconds. */
export const defaultLimits = {
  /** How long a module may live on a host without this program. */
  leaseSeconds: 60,
  /** How long one build may take. */
  buildSeconds: 900,
} as const;
