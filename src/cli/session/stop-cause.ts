import type { RunResult } from '../../engine/apply-run.ts';
import type { StopCause } from '../../model/event.ts';
import { type ExitCode, exitCodeOfHosts, exitCodes } from '../exit-code.ts';

/**
 * The exit code of a run by how its hosts came out and by what has stopped it.
 *
 * - `signal`: 130, whatever else came of it.
 * - `timeout` counts as a failure, 2 (or 6): Ansible's `timeout:` fails the task, and `timeout(1)` too says by its code
 *   that the command did not do its work. Its 124 is no code of ours.
 * - `reader-gone`: what the hosts came to, where one failed or where all were through. Where scripts were cut short it is
 *   130: other programs end of SIGPIPE then, which `set -o pipefail` shows as a failure too.
 * - `output-lost`: 2 (or 6), for who wanted the output does not have it.
 */
export function exitCodeOfRun(
  { hosts, reached, fits }: Pick<RunResult, 'hosts' | 'reached' | 'fits'>,
  stopped: StopCause | undefined,
): ExitCode {
  if (fits === 'no' && stopped === undefined) return exitCodes.planNoLongerFits;
  switch (stopped) {
    case undefined:
      return exitCodeOfHosts(hosts);
    case 'signal':
      return exitCodes.interrupted;
    case 'timeout':
    case 'output-lost':
      return exitCodeOfHosts({ ...hosts, failed: hosts.failed + 1 });
    case 'reader-gone': {
      const code = exitCodeOfHosts(hosts);
      const isCut = reached === 'cut-short' || hosts.interrupted > 0 || hosts['not-started'] > 0;
      return code === exitCodes.ok && isCut ? exitCodes.interrupted : code;
    }
    default:
      return stopped satisfies never;
  }
}

/** The exit code of a command that was stopped before it had begun its work. */
export function exitCodeBeforehand(stopped: StopCause): ExitCode {
  return stopped === 'timeout' || stopped === 'output-lost' ? exitCodes.hostFailed : exitCodes.interrupted;
}
