/** Default limits, in seconds. */
export const defaultLimits = {
  /** The lease: how long a module may live on a host without its controller. */
  leaseSeconds: 60,
  /** How long one build may take. */
  buildSeconds: 900,
} as const;
