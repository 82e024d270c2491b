import { countWhere, hasFailedThere } from '../model/outcome.ts';
import type { RefusalKind } from '../model/refusal.ts';

/** The exit codes. Nothing else may end the process with another number. */
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
  /** Only of `diff-plan --exit-code`. */
  changed: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each code means, in one line: for `tapbook --help`, the reference and the man pages. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'all well',
  1: 'a bug in tapbook',
  2: 'a host failed; or --timeout was over, or the output could not be written',
  3: "invalid input, or no place for the run's own files; nothing was touched",
  4: 'a host was unreachable',
  5: 'wrong usage',
  6: 'both 2 and 4',
  7: 'a saved plan no longer fits, or cannot be used; nothing was touched',
  8: 'no host matched',
  9: 'another run holds the lock',
  10: 'diff-plan --exit-code only: something is changed',
  130: 'interrupted (INT, TERM, HUP, or a reader that went early); what was running was stopped and cleaned up',
};

const refusals: Readonly<Record<RefusalKind, ExitCode>> = {
  'invalid-input': exitCodes.invalidInput,
  'wrong-usage': exitCodes.usage,
  'no-hosts': exitCodes.noHosts,
  'plan-no-longer-fits': exitCodes.planNoLongerFits,
  locked: exitCodes.locked,
};

/** The code of a command that did not begin. */
export function exitCodeOfRefusal(kind: RefusalKind): ExitCode {
  return refusals[kind];
}

/** The code for the outcomes of hosts. A host on which something is left behind counts as failed. */
export function exitCodeOfHosts(hosts: Readonly<Record<'failed' | 'left-behind' | 'unreachable', number>>): ExitCode {
  const failed = countWhere(hosts, hasFailedThere) > 0;
  if (failed && hosts.unreachable > 0) return exitCodes.failedAndUnreachable;
  if (failed) return exitCodes.hostFailed;
  if (hosts.unreachable > 0) return exitCodes.unreachable;
  return exitCodes.ok;
}

/** The code for one result of each host, for commands that cannot leave anything behind. */
export function exitCodeOfResults(results: readonly string[]): ExitCode {
  const count = (wanted: 'failed' | 'unreachable'): number => results.filter(result => result === wanted).length;
  return exitCodeOfHosts({ failed: count('failed'), unreachable: count('unreachable'), 'left-behind': 0 });
}
