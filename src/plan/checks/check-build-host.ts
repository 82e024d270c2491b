import type { BuildHostFacts, BuildTree } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { BuildNeeds } from '../builds/build-needs.ts';
import { crossBuild, crossCompilerName } from '../builds/cross-build.ts';
import { install, packageFamily } from '../packages/install-command.ts';
import { checkBuildDisk, checkBuildMemory, checkCompiler, checkMake, checkStap } from './check-tools.ts';
import { checkTree, type TreeNeeds } from './check-tree.ts';
import { fails, passes, staysUnknown } from './verdicts.ts';

/**
 * Checks what a build host has for building modules for a kernel: one finding for each check, in the same order for every
 * host; checks on which others depend come first. `needs` are those of the scripts for that kernel.
 */
export function checkBuildHost(
  facts: BuildHostFacts,
  kernel: Kernel,
  needs: TreeNeeds & Pick<BuildNeeds, 'builtBy' | 'arch' | 'crossCompile' | 'signingKey'>,
): readonly Finding[] {
  const tree = facts.trees.find(other => other.release === kernel.release);
  const signing = needs.signingKey === undefined ? [] : [checkSigner(facts, tree, needs.signingKey)];
  if (needs.builtBy === 'compile-server') {
    const headers = passes('headers', 'none needed: a compile server builds');
    return [checkStap(facts), headers, ...signing, checkBuildDisk(facts)];
  }
  const isBelowSysroot = needs.builtBy === 'sysroot';
  return [
    checkStap(facts),
    checkMachine(facts, kernel, tree, needs),
    ...(isBelowSysroot
      ? [staysUnknown('headers', 'they are to be below the sysroot, where nobody has looked')]
      : checkTree(facts, kernel, needs)),
    isCross(facts, kernel)
      ? passes('compiler', 'the cross compiler is used')
      : checkCompiler(facts, isBelowSysroot ? undefined : tree),
    checkMake(facts),
    ...signing,
    checkBuildDisk(facts),
    checkBuildMemory(facts),
  ];
}

/** build-module.sh looks in the same order. A key on a token can be checked only by using it. */
function checkSigner(facts: BuildHostFacts, tree: BuildTree | undefined, key: string): Finding {
  const check = 'signing';
  const tool = tree?.signFile ?? facts.kmodsign;
  if (tool === undefined) {
    const family = packageFamily(facts.os);
    const found = 'neither scripts/sign-file of the headers nor kmodsign is here';
    if (family !== 'debian') return fails(check, found, { cure: 'install the headers whole: they bring sign-file' });
    return fails(check, found, install(facts.os, [{ name: 'sbsigntool' }]));
  }
  if (!key.startsWith('/')) return passes(check, `${tool}; whether the key can be used shows when it is`);
  // Kept facts may come from a run of another playbook, which asked for other keys.
  if (facts.readableKeys === undefined || !facts.readableKeys.includes(key)) {
    return fails(check, `there is no key ${key} that ${facts.user.name} may read`, {
      cure: `put it there, readable for ${facts.user.name} only`,
    });
  }
  return passes(check, `${tool}, ${key}`);
}

/** Debian's kernel trees require the compiler that they name, also when cross compiling. */
function checkMachine(
  facts: BuildHostFacts,
  { machine }: Kernel,
  tree: BuildTree | undefined,
  { arch, crossCompile: ownPrefix }: Pick<BuildNeeds, 'arch' | 'crossCompile'>,
): Finding {
  const check = 'cross-compiler';
  const cross = crossBuild(facts.kernel.machine, machine);
  if (cross === 'native') return passes(check, `none needed: both are ${machine}`);
  const differs = `it is ${facts.kernel.machine}, the target is ${machine}`;
  if (cross === 'unknown' && (arch === undefined || ownPrefix === undefined)) {
    return fails(check, differs, {
      cure: `name a build host that is ${machine}, or write arch and cross_compile into stap_options`,
    });
  }
  if (cross !== 'unknown' && cross.prefix === undefined)
    return passes(check, `none needed: its own compiler builds for ${machine}, too`);
  const usual = cross === 'unknown' ? '' : (cross.prefix ?? '');
  const name = crossCompilerName(ownPrefix ?? usual, tree);
  if (facts.crossCompilers?.some(other => other.name === name)) {
    return passes(check, `${differs}: ${name} builds for it`);
  }
  if (ownPrefix !== undefined && !/^[^/]*-linux[^/]*-$/.test(ownPrefix)) {
    return staysUnknown(check, `${differs}; whether ${name} is there, the build will show`);
  }
  if (ownPrefix !== undefined) return fails(check, `${differs}, and ${name} is not on stap's PATH there`);
  const compiler = tree?.requiredCompiler ?? 'gcc';
  return fails(
    check,
    `${differs}, and ${name} is not installed`,
    install(facts.os, [{ name: packageOf(compiler, usual, facts) }]),
  );
}

/** The package of a cross compiler: `gcc-12-aarch64-linux-gnu`, or the distribution's current one. */
function packageOf(compiler: string, prefix: string, { os }: BuildHostFacts): string {
  const triplet = prefix.replace(/-$/, '');
  if (packageFamily(os) === 'suse') return `cross-${triplet.split('-')[0]}-gcc`;
  // Debian's package names have no underscores: gcc-x86-64-linux-gnu.
  return packageFamily(os) === 'debian' ? `${compiler}-${triplet.replaceAll('_', '-')}` : `gcc-${triplet}`;
}

function isCross(facts: BuildHostFacts, { machine }: Kernel): boolean {
  const cross = crossBuild(facts.kernel.machine, machine);
  return cross === 'unknown' || (cross !== 'native' && cross.prefix !== undefined);
}
