import type { CrossBuild } from '../model/build-options.ts';

/**
 * How a build host builds for a machine (both as `uname -m` says them): by itself, by a cross compiler, or in no way that
 * is known. The names of the toolchains are Debian's, and Fedora's but for arm.
 */
export function crossBuild(builder: string, target: string): CrossBuild | 'native' | 'unknown' {
  if (builder === target) return 'native';
  // kbuild adds gcc's -m32 itself, but stap has to be told whose registers and system calls it is about.
  if (/^i[3-6]86$/.test(target)) return builder === 'x86_64' ? { arch: 'i386' } : i386;
  return toolchains[target] ?? 'unknown';
}

const i386: CrossBuild = { arch: 'i386', prefix: 'i686-linux-gnu-' };

/** stap squashes machine names in the same way (translator's `normalize_machine`). */
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
