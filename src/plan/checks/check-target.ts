import type { BuildHostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { ScriptNeeds } from '../../model/script-needs.ts';
import type { PlannablePreconditions } from '../../playbook/playbook.ts';
import type { ReadyTarget } from '../target.ts';
import { checkBinaries } from './check-binaries.ts';
import { checkKernelSettings } from './check-kernel-settings.ts';
import { checkLeftovers, checkModule } from './check-leftovers.ts';
import { checkPreconditions } from './check-preconditions.ts';
import { checkResources } from './check-resources.ts';
import { checkRights, type Rights } from './check-rights.ts';
import { checkRuntime } from './check-runtime.ts';
import type { Signed } from './check-signing.ts';

/** What a target is checked against. */
export interface TargetRequirements {
  readonly preconditions: PlannablePreconditions;
  /** The build host that builds for it, if there is one. */
  readonly builder: BuildHostFacts | undefined;
  readonly signed: Signed;
  /** The joint needs of the target's scripts. */
  readonly needs: ScriptNeeds;
  /** What the play says of hosts whose processes run another build of a probed file. */
  readonly staleProcesses?: 'skip' | undefined;
}

/** Checks all that must hold before anything is built or loaded for a target: one finding for
 * each check, always in this order; of probed files, one for each that will not do. */
export function checkTarget(
  target: ReadyTarget,
  { preconditions, builder, signed, needs, staleProcesses }: TargetRequirements,
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
      ...checkBinaries(target, staleProcesses),
      ...checkPreconditions(facts, target.preconditions, preconditions),
    ],
  };
}
