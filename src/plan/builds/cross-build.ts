import type { BuildHostFacts, BuildTree } from '../../facts/host-facts.ts';
import type { BuildOptions, CrossBuild } from '../../model/build-options.ts';

/**
 * How a build host builds for a machine, both as in `uname -m`: natively, by a cross compiler, or in no known way. The
 * toolchains have Debian's names, which are Fedora's too but for arm.
 */
export function crossBuild(builder: string, target: string): CrossBuild | 'native' | 'unknown' {
  if (builder === target) return 'native';
  // kbuild adds gcc's -m32 itself, but stap needs to know whose registers and system calls to use.
  if (/^i[3-6]86$/.test(target)) return builder === 'x86_64' ? { arch: 'i386' } : i386;
  return toolchains[target] ?? 'unknown';
}

/** The compiler that the kernel's makefiles call for another machine: a prefix, and the compiler that the tree requires. */
export function crossCompilerName(prefix: string, tree: Pick<BuildTree, 'requiredCompiler'> | undefined): string {
  return `${prefix}${tree?.requiredCompiler ?? 'gcc'}`;
}

/**
 * Identifies a build's cross compiler, for the artifact's key: empty for a build without one, undefined where it is not
 * known. A compile server uses its own.
 */
export function crossCompilerIdentity(
  { crossCompile, useServer }: Pick<BuildOptions, 'crossCompile' | 'useServer'>,
  cross: CrossBuild | undefined,
  { crossCompilers }: Pick<BuildHostFacts, 'crossCompilers'>,
  tree: BuildTree,
): string | undefined {
  const prefix = crossCompile ?? cross?.prefix;
  if (prefix === undefined || useServer !== undefined) return '';
  const compiler = crossCompilers?.find(({ name }) => name === crossCompilerName(prefix, tree));
  return compiler === undefined ? undefined : `${compiler.name} ${compiler.identity}`;
}

const i386: CrossBuild = { arch: 'i386', prefix: 'i686-linux-gnu-' };

/** stap normalizes machine names in the same way (translator's `normalize_machine`). */
const toolchains: Readonly<Record<string, CrossBuild>> = {
  aarch64: { arch: 'arm64', prefix: 'aarch64-linux-gnu-' },
  armv7l: { arch: 'arm', prefix: 'arm-linux-gnueabihf-' },
  ppc64le: { arch: 'powerpc', prefix: 'powerpc64le-linux-gnu-' },
  ppc64: { arch: 'powerpc', prefix: 'powerpc64-linux-gnu-' },
  s390x: { arch: 's390', prefix: 's390x-linux-gnu-' },
  riscv64: { arch: 'riscv', prefix: 'riscv64-linux-gnu-' },
  loongarch64: { arch: 'loongarch', prefix: 'loongarch64-linux-gnu-' },
  x86_64: { arch: 'x86_64', prefix: 'x86_64-linux-gnu-' },
};
