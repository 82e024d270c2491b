import type { BuildHostFacts, BuildTree } from '../facts/host-facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Kernel } from '../model/kernel.ts';
import type { BuildNeeds } from './build-needs.ts';
import { checkBuildDisk, checkBuildMemory, checkCompiler, checkMake, checkStap } from './check-tools.ts';
import { checkTree, type TreeNeeds } from './check-tree.ts';
import { crossBuild } from './cross-build.ts';
import { install, packageFamily } from './install-command.ts';
import { fails, passes } from './verdicts.ts';

/**
 * What a build host has and lacks for building modules for a kernel: one finding for each check, in the same order for
 * every host, and what stands in the way of others first. `needs` are of the scripts that are built for that kernel.
 */
export function checkBuildHost(
  facts: BuildHostFacts,
  kernel: Kernel,
  needs: TreeNeeds & Pick<BuildNeeds, 'builtBy' | 'crossCompile'>,
): readonly Finding[] {
  if (needs.builtBy === 'compile-server') {
    return [checkStap(facts), passes('headers', 'none needed: a compile server builds'), checkBuildDisk(facts)];
  }
  const tree = facts.trees.find(other => other.release === kernel.release);
  return [
    checkStap(facts),
    checkMachine(facts, kernel, tree, needs.crossCompile),
    ...checkTree(facts, kernel, needs),
    isCross(facts, kernel) ? passes('compiler', 'the cross compiler is used') : checkCompiler(facts, tree),
    checkMake(facts),
    checkBuildDisk(facts),
    checkBuildMemory(facts),
  ];
}

/** Debian's trees take the compiler that they name and no other, also for another machine. */
function checkMachine(
  facts: BuildHostFacts,
  { machine }: Kernel,
  tree: BuildTree | undefined,
  ownPrefix: string | undefined,
): Finding {
  const check = 'cross-compiler';
  const cross = crossBuild(facts.kernel.machine, machine);
  if (cross === 'native') return passes(check, `none needed: both are ${machine}`);
  const differs = `it is ${facts.kernel.machine}, the target is ${machine}`;
  if (cross === 'unknown') return fails(check, differs, { cure: `name a build host that is ${machine}` });
  if (cross.prefix === undefined) return passes(check, `none needed: its own compiler builds for ${machine}, too`);
  const compiler = tree?.requiredCompiler ?? 'gcc';
  const name = `${ownPrefix ?? cross.prefix}${compiler}`;
  if (facts.crossCompilers?.includes(name)) return passes(check, `${differs}: ${name} builds for it`);
  if (ownPrefix !== undefined) return fails(check, `${differs}, and ${name} is not on stap's PATH there`);
  return fails(
    check,
    `${differs}, and ${name} is not installed`,
    install(facts.os, [{ name: packageOf(compiler, cross.prefix, facts) }]),
  );
}

/** `gcc-12-aarch64-linux-gnu`, or the distribution's current one; the package's name. */
function packageOf(compiler: string, prefix: string, { os }: BuildHostFacts): string {
  const triplet = prefix.replace(/-$/, '');
  if (packageFamily(os) === 'suse') return `cross-${triplet.split('-')[0]}-gcc`;
  // Debian's names of packages have no underscores: gcc-x86-64-linux-gnu.
  return packageFamily(os) === 'debian' ? `${compiler}-${triplet.replaceAll('_', '-')}` : `gcc-${triplet}`;
}

function isCross(facts: BuildHostFacts, { machine }: Kernel): boolean {
  const cross = crossBuild(facts.kernel.machine, machine);
  return cross === 'unknown' || (cross !== 'native' && cross.prefix !== undefined);
}
