import type { WantedPackage } from '../../model/finding.ts';
import type { Kernel } from '../../model/kernel.ts';
import type { PackageFamily } from './install-command.ts';
import { type KernelOrigin, kernelOrigin } from './kernel-origin.ts';

/** The packages that building modules for one kernel needs. */
export interface KernelPackages {
  readonly origin: KernelOrigin;
  /** The family whose tools install them. */
  readonly family: PackageFamily;
  readonly headers: readonly WantedPackage[];
  /** Packages with DWARF; empty where the distribution has none for its kernels. */
  readonly debuginfo: readonly WantedPackage[];
  /** One line on what has to be done before the debuginfo can be installed. */
  readonly debuginfoNote?: string;
}

/**
 * Names the packages for a kernel, with their exact version where `uname -r` and `uname -v` tell it. Undefined for kernels
 * of unknown distributions.
 */
export function kernelPackages(kernel: Kernel): KernelPackages | undefined {
  const origin = kernelOrigin(kernel);
  switch (origin) {
    case 'debian':
      return debian(kernel);
    case 'ubuntu':
      return ubuntu(kernel);
    case 'enterprise-linux':
    case 'fedora':
    case 'amazon':
    case 'oracle-uek':
      return rpm(kernel, origin);
    case 'suse':
      return suse(kernel);
    case 'alpine':
      return alpine(kernel);
    case 'unknown':
      return undefined;
    default:
      return origin satisfies never;
  }
}

/** `uname -v` has the package's version: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)`. */
function debian({ release, version }: Kernel): KernelPackages {
  const exact = / Debian (\d[\w.+~-]*)/.exec(version)?.[1];
  const flavour = /-((?:rt-|cloud-)?[a-z0-9]+)$/.exec(release)?.[1];
  const wanted = (prefix: string, suffix: string): WantedPackage => ({
    name: `${prefix}${release}${suffix}`,
    ...versioned(exact),
    ...(flavour === undefined ? {} : { siblings: `${prefix}*-${flavour}${suffix}` }),
  });
  return {
    origin: 'debian',
    family: 'debian',
    headers: [wanted('linux-headers-', '')],
    debuginfo: [wanted('linux-image-', '-dbg')],
  };
}

/** `#14~22.04.1-Ubuntu` of release `6.5.0-14-generic` is version `6.5.0-14.14~22.04.1`. */
function ubuntu({ release, version }: Kernel): KernelPackages {
  const upload = /^#([\d.]+(?:~[\d.]+)?(?:\+[\w.]+)?)-Ubuntu/.exec(version)?.[1];
  const [, base, flavour] = /^([\d.]+-\d+)-([\w-]+)$/.exec(release) ?? [];
  const exact = upload === undefined || base === undefined ? undefined : `${base}.${upload}`;
  const wanted = (prefix: string, suffix: string): WantedPackage => ({
    name: `${prefix}${release}${suffix}`,
    ...versioned(exact),
    ...(flavour === undefined ? {} : { siblings: `${prefix}*-${flavour}${suffix}` }),
  });
  return {
    origin: 'ubuntu',
    family: 'debian',
    headers: [wanted('linux-headers-', '')],
    debuginfo: [wanted('linux-image-', '-dbgsym')],
    debuginfoNote: "Ubuntu's debug symbols stand in an archive of their own (ddebs), which has to be enabled first",
  };
}

/**
 * `VERSION-RELEASE.ARCH` and a variant: `+debug`, `+rt`, `+64k`; `.debug` up to Enterprise Linux 7; `PAE`, `xen` or `debug`
 * without a mark in Enterprise Linux 5, which has no architecture there. The rt kernels of Enterprise Linux 7 and 8 have
 * releases of their own.
 */
function rpm({ release, machine }: Kernel, origin: KernelOrigin): KernelPackages | undefined {
  const old = /^(.+\.el5(?:\.\w+)*?)(PAE|xen|debug)?$/.exec(release);
  const [, full = '', , mark = ''] =
    /^(.+?)([+.](debug|rt|rt-debug|64k|64k-debug|16k|16k-debug))?$/.exec(release) ?? [];
  const bare = old?.[1] ?? full;
  const parts = new RegExp(`^(.+)\\.(x86_64|aarch64|i[3-6]86|ppc64le|ppc64|s390x|armv7hl|riscv64|${machine})$`).exec(
    bare,
  );
  const version = parts?.[1] ?? bare;
  const variant = old?.[2] ?? (mark || (/\.rt\d/.test(release) ? 'rt' : ''));
  const arch = parts?.[2] ?? machine;
  const base = [rpmBase(version, origin), variant].filter(word => word !== '').join('-');
  const wanted = (name: string): WantedPackage => ({ name, version, arch });
  return {
    origin,
    family: 'rpm',
    headers: [wanted(`${base}-devel`)],
    debuginfo: [wanted(`${base}-debuginfo`)],
    ...(origin === 'oracle-uek'
      ? { debuginfoNote: "Oracle's debuginfo stands in a repository of its own, which has to be enabled first" }
      : {}),
  };
}

/** Amazon Linux 2023 names all but its first kernel by their version: `kernel6.12-devel`. */
function rpmBase(version: string, origin: KernelOrigin): string {
  if (origin === 'oracle-uek') return 'kernel-uek';
  const [, major = '', minor = ''] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  const isLater = origin === 'amazon' && /\.amzn2023$/.test(version) && `${major}.${minor}` !== '6.1';
  return isLater ? `kernel${major}.${minor}` : 'kernel';
}

/** The package's version ends in the count of its rebuilds, nearly always 1. */
function suse({ release }: Kernel): KernelPackages | undefined {
  const [, version, flavour] = /^(.+)-([a-z0-9]+)$/.exec(release) ?? [];
  if (version === undefined) return undefined;
  const wanted = (suffix: string): WantedPackage => ({
    name: `kernel-${flavour}-${suffix}`,
    version: `${version}.1`,
  });
  return { origin: 'suse', family: 'suse', headers: [wanted('devel')], debuginfo: [wanted('debuginfo')] };
}

/** Release `6.6.58-0-lts` is version `6.6.58-r0` of linux-lts. */
function alpine({ release }: Kernel): KernelPackages | undefined {
  const [, version, revision, flavour] = /^(\d[\d.]*)-(\d+)-([a-z]+)$/.exec(release) ?? [];
  if (version === undefined) return undefined;
  const headers = [{ name: `linux-${flavour}-dev`, version: `${version}-r${revision}` }];
  return { origin: 'alpine', family: 'alpine', headers, debuginfo: [] };
}

function versioned(version: string | undefined): { readonly version?: string } {
  return version === undefined ? {} : { version };
}
