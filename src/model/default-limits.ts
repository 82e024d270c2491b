/** Default limits, in seconds. */
export const defaultLimits = {
  /** From the first packet to the end of a login. */
  connectSeconds: 20,
  /** How long a host may take to answer a probe. */
  probeSeconds: 30,
  /** How long any other command on a host may take: to become another user, a play's preconditions, to clean up. */
  commandSeconds: 30,
  /** The lease: how long a module may live on a host without its controller. */
  leaseSeconds: 60,
  /** How long a script's load may take until its probes are armed. */
  armSeconds: 600,
  /** How long a script that is stopped may take for its `end` probes, and again to be unloaded. */
  endSeconds: 300,
  /** How long one build may take. */
  buildSeconds: 900,
} as const;
