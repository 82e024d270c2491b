import type { RunResult } from '../../engine/apply-run.ts';
import type { StopCause } from '../../model/event.ts';
import { type ExitCode, exitCodeOfHosts, exitCodes } from '../exit-code.ts';

/**
 * The exit code of a run, by the outcomes of its hosts and the cause that has stopped it.
 *
 * - `signal`: 130, whatever else came of it.
 * - `timeout` counts as a failure, 2 (or 6). Ansible's `timeout:` fails the task, and `timeout(1)` exits with a code of its
 *   own, 124, which tapbook does not use.
 * - `reader-gone`: the code of the hosts if one failed, or if all were done. If scripts were cut short it is 130: other
 *   programs are killed by SIGPIPE then, and `set -o pipefail` shows that as a failure, too.
 * - `output-lost`: 2 (or 6), since the output was wanted and is incomplete. So is a run of which something could not be kept.
 */
export function exitCodeOfRun(
  { hosts, reached, fits }: Pick<RunResult, 'hosts' | 'reached' | 'fits'>,
  stopped: StopCause | undefined,
  history: 'complete' | 'incomplete' = 'complete',
): ExitCode {
  if (fits === 'no' && stopped === undefined) return exitCodes.planNoLongerFits;
  switch (stopped) {
    case undefined:
      return history === 'complete' ? exitCodeOfHosts(hosts) : codeOfLoss(hosts);
    case 'signal':
      return exitCodes.interrupted;
    case 'timeout':
    case 'output-lost':
      return codeOfLoss(hosts);
    case 'reader-gone': {
      const code = exitCodeOfHosts(hosts);
      const isCut = reached === 'cut-short' || hosts.interrupted > 0 || hosts['not-started'] > 0;
      return code === exitCodes.ok && isCut ? exitCodes.interrupted : code;
    }
    default:
      return stopped satisfies never;
  }
}

function codeOfLoss(hosts: RunResult['hosts']): ExitCode {
  return exitCodeOfHosts({ ...hosts, failed: hosts.failed + 1 });
}

/** The exit code of a command that was stopped before it had begun its work. */
export function exitCodeBeforehand(stopped: StopCause): ExitCode {
  return stopped === 'timeout' || stopped === 'output-lost' ? exitCodes.hostFailed : exitCodes.interrupted;
}
