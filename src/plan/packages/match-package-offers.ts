import type { PackageOffers } from '../../facts/probe-packages.ts';
import type { HostFinding } from '../../model/diagnosis.ts';
import type { Finding, WantedPackage } from '../../model/finding.ts';
import { isWrong } from '../../model/fixes.ts';
import { install, type System } from './install-command.ts';

/** The packages to look up in a host's package index: all that its failed checks would install. */
export function wantedPackages(findings: readonly Finding[]): readonly WantedPackage[] {
  return findings.filter(isWrong).flatMap(({ packages = [] }) => packages);
}

/**
 * Adapts findings to what their host's package index has: a cure that cannot work says so and loses its fix, and a guessed
 * version is replaced by the one in the index.
 */
export function matchPackageOffers(
  findings: readonly HostFinding[],
  offers: PackageOffers,
  os: System,
): readonly HostFinding[] {
  return findings.map(finding => {
    const { packages = [] } = finding;
    return packages.length === 0 || offers.manager === undefined
      ? finding
      : matchFinding(finding, packages, offers, os);
  });
}

function matchFinding(
  finding: HostFinding,
  packages: readonly WantedPackage[],
  offers: PackageOffers,
  os: System,
): HostFinding {
  if (offers.index === 'empty') {
    return isAdvice(finding) ? finding : { ...finding, cure: `apt-get update && ${finding.cure}` };
  }
  if (!packages.every(({ name }) => offers.asked.has(name)) || isSilent(offers)) return finding;
  const matched = packages.map(one => ({ one, offer: findOffer(one, offers) }));
  const missing = matched.filter(({ offer }) => offer.kind === 'none');
  const [first] = missing;
  if (first !== undefined) {
    const { fix: _, packages: __, ...rest } = finding;
    return { ...rest, cure: explainMissing(first.one, finding.check, offers) };
  }
  if (matched.every(({ offer }) => offer.kind === 'exact')) return finding;
  const wanted = matched.map(({ one, offer }) => (offer.kind === 'other' ? { ...one, version: offer.version } : one));
  const { cure, fix } = install(os, wanted, packages.some(isDebuginfo) ? 'debug' : 'usual');
  return {
    ...finding,
    ...(cure === undefined || isAdvice(finding) ? {} : { cure }),
    ...(fix === undefined || finding.fix === undefined ? {} : { fix }),
    packages: wanted,
  };
}

/** dnf and its like print nothing either if they cannot fetch their index: then an empty answer proves nothing. */
function isSilent({ manager, versions }: PackageOffers): boolean {
  return manager !== 'apt' && manager !== 'apk' && versions.size === 0;
}

/** Whether the cure is not a command, as for a staprun that is too old. */
function isAdvice({ cure = '' }: Finding): boolean {
  return !/^(?:apt-get|dnf|yum|zypper|apk) /.test(cure);
}

type Offer =
  | { readonly kind: 'exact' }
  | { readonly kind: 'other'; readonly version: string }
  | { readonly kind: 'none' };

function findOffer({ name, version }: WantedPackage, { versions }: PackageOffers): Offer {
  const has = versions.get(name) ?? [];
  if (version === undefined) return { kind: has.length === 0 ? 'none' : 'exact' };
  if (has.includes(version)) return { kind: 'exact' };
  // A rebuild of the same kernel: SUSE counts it in the last part of the version.
  const rebuilt = /^kernel-/.test(name) ? newest(has.filter(other => sameBuild(other, version))) : undefined;
  if (rebuilt !== undefined) return { kind: 'other', version: rebuilt };
  // Debian's headers have the release in their name: another upload mostly fits, and the kernel compares symbol versions.
  const other = isKernelPackage(name) && !/^linux-headers-/.test(name) ? undefined : newest(has);
  return other === undefined ? { kind: 'none' } : { kind: 'other', version: other };
}

function sameBuild(left: string, right: string): boolean {
  const withoutCount = (text: string): string => text.replace(/\.\d+$/, '');
  return withoutCount(left) === withoutCount(right);
}

/** Of a kernel's own packages, no other version will do. */
function isKernelPackage(name: string): boolean {
  return /^(?:linux|kernel)[\d.]*-/.test(name);
}

function isDebuginfo({ name }: WantedPackage): boolean {
  return /-(?:debuginfo|dbg|dbgsym)$/.test(name);
}

function explainMissing(wanted: WantedPackage, check: string, { manager, versions, siblings }: PackageOffers): string {
  const { name, version } = wanted;
  const whole = version === undefined ? name : `${name} ${version}`;
  if (!isKernelPackage(name)) return `${manager}'s index has no ${whole}: enable the repository that has it`;
  const others = versions.get(name) ?? findNearest(wanted, siblings);
  const has = others.length === 0 ? '' : ` (it has ${sortNaturally(others).slice(-2).reverse().join(', ')})`;
  const ways = [
    ...(manager === 'apt' ? ['run apt-get update, if that was long ago'] : []),
    "take it from the distribution's snapshot archive or from a host that still has it",
    ...(isDebuginfo(wanted) ? ['use probes that need none'] : ['boot the target into a kernel that it has']),
  ];
  return `${manager}'s index has ${whole} ${check === 'debuginfo' ? 'not' : 'no more'}${has}: ${ways.join(', or ')}`;
}

/** The same package for other kernels; of the same version if there are any. */
function findNearest({ name, siblings: glob }: WantedPackage, siblings: readonly string[]): readonly string[] {
  const fitting = siblings.filter(other => matchesGlob(other, glob));
  const [, behind = ''] = glob?.split('*') ?? [];
  const version = name.slice(0, name.length - behind.length).replace(/\d+$/, '');
  const near = fitting.filter(other => other.startsWith(version));
  return near.length === 0 ? fitting : near;
}

/** For globs with one star. */
function matchesGlob(name: string, glob: string | undefined): boolean {
  const [before = '', after = ''] = glob?.split('*') ?? [];
  return glob !== undefined && name.startsWith(before) && name.endsWith(after);
}

function newest(versions: readonly string[]): string | undefined {
  return sortNaturally(versions).at(-1);
}

/** Sorts numbers by their value: `6.1.0-9` before `6.1.0-56`. */
function sortNaturally(texts: readonly string[]): readonly string[] {
  const padded = (text: string): string => text.replace(/\d+/g, digits => digits.padStart(12, '0'));
  return [...texts].sort((left, right) => (padded(left) < padded(right) ? -1 : 1));
}
