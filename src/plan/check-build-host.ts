import type { BuildHostFacts } from '../facts/host-facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Kernel } from '../model/kernel.ts';
import type { ScriptNeeds } from '../script/script-needs.ts';
import { type CrossTools, checkCrossCompiler } from './check-cross-compiler.ts';
import { checkBuildDisk, checkBuildMemory, checkCompiler, checkMake, checkStap } from './check-tools.ts';
import { checkTree } from './check-tree.ts';

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
  const cross: CrossTools = facts.kernel.machine === kernel.machine ? 'native' : 'unknown';
  return [
    checkStap(facts),
    checkCrossCompiler(facts, tree, kernel, cross),
    ...checkTree(facts, kernel, needs.debuginfo),
    checkCompiler(facts, cross === 'native' ? tree : undefined),
    checkMake(facts),
    checkBuildDisk(facts),
    checkBuildMemory(facts),
  ];
}
