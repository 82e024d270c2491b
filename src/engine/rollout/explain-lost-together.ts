import type { ModuleName } from '../../model/ids.ts';
import type { Failure } from '../../model/outcome.ts';
import type { Vanished } from '../supervisor/find-vanished-host.ts';
import type { SupervisedRun } from '../supervisor/supervision.ts';

export interface LostScript {
  readonly module: ModuleName;
  readonly run: SupervisedRun;
}

/**
 * Why the connection to a host was lost while several scripts ran on it together: one thing that has happened to the host,
 * not one to each script.
 */
export function explainLostTogether(
  lost: readonly LostScript[],
  vanished: Vanished | undefined,
  leaseSeconds: number,
): Failure {
  const seconds = Math.round(Math.max(0, ...lost.map(({ run }) => run.sinceLoad?.known ?? 0)));
  const causes = [...new Set(lost.flatMap(({ run: { end } }) => (end.kind === 'lost' ? [end.cause] : [])))];
  const loaded = lost.filter(({ run }) => run.left.module !== 'none').map(({ module }) => module);
  if (vanished !== undefined) {
    const then = vanished.state === 'silent' ? 'and does not answer' : 'and has booted anew';
    return {
      stage: 'load',
      cause: `it vanished ${vanished.seconds} s after ${lost.length} scripts were loaded together ${then}: perhaps its kernel panicked, or together they were too much for it`,
      cure: `look at its console or its pstore; load these modules one at a time (strategy: in_order), first on one host with this kernel`,
    };
  }
  const when =
    seconds === 0 ? `while ${lost.length} scripts were sent there together` : `${seconds} s after the first load`;
  const what = `the connection was lost ${when} (${causes.join('; ')})`;
  const look =
    loaded.length === 0
      ? 'nothing was left behind'
      : `what was loaded, its own supervisors unload within ${leaseSeconds} s; look with: grep -wE '${loaded.join('|')}' /proc/modules`;
  return {
    stage: 'stream',
    cause: seconds === 0 ? what : `${what}: ${lost.length} scripts together may have been too much for the host`,
    cure: `run fewer of them together, or strategy: in_order; ${look}`,
  };
}
