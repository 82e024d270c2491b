/** How a run came out, as `runs --outcome` asks for it. */
export const runOutcomes = ['ok', 'failed', 'unreachable', 'interrupted', 'died', 'running'] as const;

export type RunOutcome = (typeof runOutcomes)[number];
