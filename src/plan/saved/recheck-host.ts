import type { Change } from '../../model/drift.ts';
import { failuresOf } from '../../model/finding.ts';
import { type Host, identifyConnection } from '../../model/host.ts';
import type { PlannedHost } from '../../model/plan.ts';
import { joinNeeds } from '../../model/script-needs.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import type { Signed } from '../checks/check-signing.ts';
import { checkTarget } from '../checks/check-target.ts';
import type { Target } from '../target.ts';
import { decisiveFacts } from './decisive-facts.ts';
import { findConnectionDrift, findFactsDrift } from './find-drift.ts';
import type { HostBasis } from './saved-plan.ts';

/** What a host of a saved plan that is to run something comes to, when it is looked at again. */
export type Rechecked =
  | { readonly kind: 'as-planned'; readonly booted: readonly Change[] }
  | { readonly kind: 'drifted'; readonly changes: readonly [Change, ...Change[]] }
  /** It is the same host, but does not answer now, or something stands in its way. */
  | {
      readonly kind: 'blocked';
      readonly decision: Extract<PlannedHost['decision'], { kind: 'unreachable' | 'fail' }>;
    };

/**
 * How a host is reached, against what it was; before it is asked anything, since another address may be another host.
 * `host`: as the inventory has it now, if it does.
 */
export function recheckConnection(basis: HostBasis, host: Host | undefined): readonly Change[] {
  if (host === undefined) return [{ what: 'inventory', was: basis.name }];
  return findConnectionDrift(basis.connection, identifyConnection(host.connection));
}

/** The host's answers against those that the plan rests on, and against all that has to hold before a load. */
export function recheckHost(
  basis: HostBasis,
  decision: Extract<PlannedHost['decision'], { kind: 'run' }>,
  target: Target,
  { play, signed }: { readonly play: Pick<PlannablePlay, 'preconditions'>; readonly signed: Signed },
): Rechecked {
  if (target.kind === 'unreachable') {
    return { kind: 'blocked', decision: { kind: 'unreachable', failure: target.failure } };
  }
  if (target.kind === 'failed') return { kind: 'blocked', decision: { kind: 'fail', failures: [target.failure] } };
  if (basis.facts === undefined) throw new Error(`the plan runs something on ${basis.name}, and rests on nothing`);
  const { changes, booted } = findFactsDrift(basis.facts, decisiveFacts(target.facts));
  // The version of its runtime is among the facts: there is no build host to hold it against again.
  const checked = checkTarget(target, {
    preconditions: play.preconditions,
    builder: undefined,
    signed,
    needs: joinNeeds(target.needs),
  });
  const rights = checked.as === decision.as ? [] : [{ what: 'runs-as', was: decision.as, is: checked.as }];
  const [change, ...others] = [...changes, ...rights];
  if (change !== undefined) return { kind: 'drifted', changes: [change, ...others] };
  const [failure, ...more] = failuresOf(checked.findings);
  if (failure !== undefined) return { kind: 'blocked', decision: { kind: 'fail', failures: [failure, ...more] } };
  return { kind: 'as-planned', booted };
}
