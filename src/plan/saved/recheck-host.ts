import type { Change } from '../../model/drift.ts';
import { failuresOf } from '../../model/finding.ts';
import { type Host, identifyConnection } from '../../model/host.ts';
import type { LeftOut } from '../../model/outcome.ts';
import type { PlannedHost } from '../../model/plan.ts';
import { joinNeeds } from '../../model/script-needs.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import type { Signed } from '../checks/check-signing.ts';
import { checkTarget } from '../checks/check-target.ts';
import { findStaleProcesses, skipStale } from '../checks/stale-processes.ts';
import type { Target } from '../target.ts';
import { decisiveFacts } from './decisive-facts.ts';
import { findConnectionDrift, findFactsDrift } from './find-drift.ts';
import type { HostBasis } from './saved-plan.ts';

/** The state of a host of a saved plan, after it was probed again. */
export type Rechecked =
  | { readonly kind: 'as-planned'; readonly booted: readonly Change[] }
  | { readonly kind: 'drifted'; readonly changes: readonly [Change, ...Change[]] }
  /** As planned, but it does not answer now, fails a check, or is to be skipped. */
  | { readonly kind: 'blocked'; readonly decision: LeftOut };

/**
 * Compares a host's connection with its basis. Done before any probe, since another address may be another host. `host` is
 * undefined if the inventory no longer has it.
 */
export function recheckConnection(basis: HostBasis, host: Host | undefined): readonly Change[] {
  if (host === undefined) return [{ what: 'inventory', was: basis.name }];
  return findConnectionDrift(basis.connection, identifyConnection(host.connection));
}

/** Compares a host's facts with its basis, and runs the checks of a target again. */
export function recheckHost(
  basis: HostBasis,
  decision: Extract<PlannedHost['decision'], { kind: 'run' }>,
  target: Target,
  { play, signed }: { readonly play: Pick<PlannablePlay, 'preconditions' | 'staleProcesses'>; readonly signed: Signed },
): Rechecked {
  if (target.kind === 'unreachable') {
    return { kind: 'blocked', decision: { kind: 'unreachable', failure: target.failure } };
  }
  if (target.kind === 'failed') return { kind: 'blocked', decision: { kind: 'fail', failures: [target.failure] } };
  if (basis.facts === undefined) throw new Error(`the plan runs something on ${basis.name} and has no facts of it`);
  const { changes, booted } = findFactsDrift(basis.facts, decisiveFacts(target));
  // Without a build host: the runtime's version is among the facts that were compared.
  const checked = checkTarget(target, {
    preconditions: play.preconditions,
    builder: undefined,
    signed,
    needs: joinNeeds(target.needs),
    staleProcesses: play.staleProcesses,
  });
  const rights = checked.as === decision.as ? [] : [{ what: 'runs-as', was: decision.as, is: checked.as }];
  const [change, ...others] = [...changes, ...rights];
  if (change !== undefined) return { kind: 'drifted', changes: [change, ...others] };
  const [failure, ...more] = failuresOf(checked.findings);
  if (failure !== undefined) return { kind: 'blocked', decision: { kind: 'fail', failures: [failure, ...more] } };
  const stale = findStaleProcesses(target);
  if (stale !== undefined) return { kind: 'blocked', decision: skipStale(stale) };
  return { kind: 'as-planned', booted };
}
