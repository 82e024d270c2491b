import type { BuildHostFacts } from '../facts/host-facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Kernel } from '../model/kernel.ts';
import type { ScriptNeeds } from '../script/script-needs.ts';
import { checkBuildDisk, checkBuildMemory, checkCompiler, checkMake, checkStap } from './check-tools.ts';
import { checkTree } from './check-tree.ts';
import { fails, passes } from './verdicts.ts';

/**
 * What a build host has and lacks for building modules for a kernel: one finding for each check, in the same order for
 * every host, and what stands in the way of others first. `needs` are of the scripts that are built for that kernel.
 */
export function checkBuildHost(
  facts: BuildHostFacts,
  kernel: Kernel,
  needs: Pick<ScriptNeeds, 'debuginfo'>,
): readonly Finding[] {
  const tree = facts.trees.find(other => other.release === kernel.release);
  return [
    checkStap(facts),
    checkMachine(facts, kernel),
    ...checkTree(facts, kernel, needs.debuginfo),
    checkCompiler(facts, tree),
    checkMake(facts),
    checkBuildDisk(facts),
    checkBuildMemory(facts),
  ];
}

function checkMachine(facts: BuildHostFacts, { machine }: Kernel): Finding {
  const check = 'cross-compiler';
  if (facts.kernel.machine === machine) return passes(check, `none needed: both are ${machine}`);
  return fails(check, `it is ${facts.kernel.machine}, the target is ${machine}`, {
    cure: `name a build host that is ${machine}`,
  });
}
