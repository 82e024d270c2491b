import type { BuildHostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { ScriptNeeds } from '../../model/script-needs.ts';
import type { PlannablePreconditions } from '../../playbook/playbook.ts';
import type { ReadyTarget } from '../target.ts';
import { checkKernelSettings } from './check-kernel-settings.ts';
import { checkLeftovers, checkModule } from './check-leftovers.ts';
import { checkResources } from './check-resources.ts';
import { checkRights, type Rights } from './check-rights.ts';
import { checkRuntime } from './check-runtime.ts';
import type { Signed } from './check-signing.ts';
import { checkWishes } from './check-wishes.ts';

/** What a target is checked for. */
export interface TargetWishes {
  readonly preconditions: PlannablePreconditions;
  /** The build host that builds for it; undefined where none was found. */
  readonly builder: BuildHostFacts | undefined;
  readonly signed: Signed;
  /** What the target's scripts need together. */
  readonly needs: ScriptNeeds;
}

/**
 * Everything that has to hold on a target before anything is built or loaded for it: one finding for each check, in the
 * same order for every host.
 */
export function checkTarget(
  target: ReadyTarget,
  { preconditions, builder, signed, needs }: TargetWishes,
): { readonly as: Rights['as']; readonly findings: readonly Finding[] } {
  const { facts, host, scripts } = target;
  const { as, finding } = checkRights(facts, host.connection.become);
  return {
    as,
    findings: [
      checkRuntime(facts, builder),
      finding,
      ...checkKernelSettings(facts, needs, signed),
      checkModule(facts, scripts),
      checkLeftovers(facts),
      ...checkResources(facts, preconditions, scripts),
      ...checkWishes(facts, target.preconditions, preconditions),
    ],
  };
}
