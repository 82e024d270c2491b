import type { BuildHostFacts, BuildTree } from '../facts/host-facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Kernel } from '../model/kernel.ts';
import { install, packageFamily } from './install-command.ts';
import { fails, passes } from './verdicts.ts';

/** What builds on one machine for another: `native` where they are the same, `unknown` where nobody knows how. */
export type CrossTools =
  | {
      /** As `CROSS_COMPILE` has it: `aarch64-linux-gnu-`. */
      readonly prefix: string;
      /** The packages that bring it, as the build host's distribution names them. */
      readonly packages: readonly string[];
    }
  | 'native'
  | 'unknown';

/** Whether a build host has the compiler for the target's machine: by the name that the tree's makefiles will call. */
export function checkCrossCompiler(
  { kernel: own, os, crossCompilers = [] }: BuildHostFacts,
  tree: BuildTree | undefined,
  { machine }: Kernel,
  cross: CrossTools,
): Finding {
  const check = 'cross-compiler';
  if (cross === 'native') return passes(check, `none needed: both are ${machine}`);
  if (cross === 'unknown') {
    return fails(check, `it is ${own.machine}, the target is ${machine}`, {
      cure: `name a build host that is ${machine}`,
    });
  }
  const compiler = `${cross.prefix}${tree?.requiredCompiler ?? 'gcc'}`;
  if (crossCompilers.includes(compiler)) return passes(check, `${compiler} builds for ${machine}`);
  // Debian has one package for each version of a cross compiler: gcc-12-aarch64-linux-gnu.
  const versioned =
    tree?.requiredCompiler !== undefined && packageFamily(os) === 'debian'
      ? [`${tree.requiredCompiler}-${cross.prefix.replace(/-$/, '')}`]
      : cross.packages;
  return fails(
    check,
    `it is ${own.machine}, the target is ${machine}, and ${compiler} is not installed`,
    install(
      os,
      versioned.map(name => ({ name })),
    ),
  );
}
