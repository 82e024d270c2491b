/** The exit codes, as the README's table has them. Nothing else may end the process with another number. */
export const exitCodes = {
  ok: 0,
  bug: 1,
  hostFailed: 2,
  invalidInput: 3,
  unreachable: 4,
  usage: 5,
  failedAndUnreachable: 6,
  planNoLongerFits: 7,
  noHosts: 8,
  locked: 9,
  /** Of `diff-plan --exit-code` only. */
  changed: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The code of a run by how its hosts came out: whatever is left behind counts as failed. */
export function exitCodeFor(
  hosts: Readonly<Record<'failed' | 'left-behind' | 'unreachable' | 'interrupted', number>>,
  interrupted: boolean,
): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  const failed = hosts.failed > 0 || hosts['left-behind'] > 0;
  if (failed && hosts.unreachable > 0) return exitCodes.failedAndUnreachable;
  if (failed) return exitCodes.hostFailed;
  if (hosts.unreachable > 0) return exitCodes.unreachable;
  return exitCodes.ok;
}
