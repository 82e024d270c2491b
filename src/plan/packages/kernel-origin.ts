import type { Kernel } from '../../model/kernel.ts';

/** The distribution that a kernel is from, as far as package names depend on it. */
export type KernelOrigin =
  | 'debian'
  | 'ubuntu'
  | 'enterprise-linux'
  | 'fedora'
  | 'amazon'
  | 'oracle-uek'
  | 'suse'
  | 'alpine'
  | 'unknown';

/** Tells by `uname -r` and `uname -v`, since a build host need not run the target's distribution. */
export function kernelOrigin({ release, version }: Pick<Kernel, 'release' | 'version'>): KernelOrigin {
  if (/uek(?:\.|$)/.test(release)) return 'oracle-uek';
  if (/\.amzn\d+\./.test(release)) return 'amazon';
  if (/\.fc\d+\./.test(release)) return 'fedora';
  if (/\.el\d+/.test(release)) return 'enterprise-linux';
  if (/-Ubuntu(?: |$)/.test(version)) return 'ubuntu';
  if (/ Debian \d/.test(version)) return 'debian';
  if (/-Alpine(?: |$)/.test(version)) return 'alpine';
  if (/-(?:default|preempt|azure|rt|64kb|kvmsmall|debug|vanilla|pae|xen|ec2)$/.test(release)) {
    // Ubuntu has flavours with these names too, but its `uname -v` names Ubuntu.
    return 'suse';
  }
  if (/-(?:generic|aws|gcp|lowlatency|oracle|kvm|raspi)$/.test(release)) return 'ubuntu';
  if (/-(?:amd64|arm64|armmp|686|686-pae|powerpc64le|s390x|riscv64)$/.test(release)) return 'debian';
  if (/-\d+-(?:lts|virt|rpi|stable)$/.test(release)) return 'alpine';
  return 'unknown';
}
