import type { PackageOffers } from '../../facts/probe-packages.ts';
import type { HostFinding } from '../../model/diagnosis.ts';
import type { Finding, WantedPackage } from '../../model/finding.ts';
import { isWrong } from '../../model/fixes.ts';
import { install, type System } from './install-command.ts';

/** What has to be looked up in a host's package index: all that its findings want installed. */
export function wantedPackages(findings: readonly Finding[]): readonly WantedPackage[] {
  return findings.filter(isWrong).flatMap(({ packages = [] }) => packages);
}

/**
 * The findings, after their host's package index was asked: a cure that cannot work says so and has no fix any more, and
 * a version that was guessed becomes the one that is there.
 */
export function matchPackageOffers(
  findings: readonly HostFinding[],
  offers: PackageOffers,
  os: System,
): readonly HostFinding[] {
  return findings.map(finding => {
    const { packages = [] } = finding;
    return packages.length === 0 || offers.manager === undefined ? finding : weigh(finding, packages, offers, os);
  });
}

function weigh(
  finding: HostFinding,
  packages: readonly WantedPackage[],
  offers: PackageOffers,
  os: System,
): HostFinding {
  if (offers.index === 'empty') {
    return isAdvice(finding) ? finding : { ...finding, cure: `apt-get update && ${finding.cure}` };
  }
  if (!packages.every(({ name }) => offers.asked.has(name)) || isSilent(offers)) return finding;
  const judged = packages.map(one => ({ one, offer: judge(one, offers) }));
  const gone = judged.filter(({ offer }) => offer.kind === 'none');
  const [first] = gone;
  if (first !== undefined) {
    const { fix: _, packages: __, ...rest } = finding;
    return { ...rest, cure: explainGone(first.one, finding.check, offers) };
  }
  if (judged.every(({ offer }) => offer.kind === 'exact')) return finding;
  const wanted = judged.map(({ one, offer }) => (offer.kind === 'other' ? { ...one, version: offer.version } : one));
  const { cure, fix } = install(os, wanted, packages.some(isDebuginfo) ? 'debug' : 'usual');
  return {
    ...finding,
    ...(cure === undefined || isAdvice(finding) ? {} : { cure }),
    ...(fix === undefined || finding.fix === undefined ? {} : { fix }),
    packages: wanted,
  };
}

/** dnf and its like say nothing as well where they cannot fetch their index: then that nothing is there means nothing. */
function isSilent({ manager, versions }: PackageOffers): boolean {
  return manager !== 'apt' && manager !== 'apk' && versions.size === 0;
}

/** A cure that is no command, such as that of a staprun that is too old. */
function isAdvice({ cure = '' }: Finding): boolean {
  return !/^(?:apt-get|dnf|yum|zypper|apk) /.test(cure);
}

type Offer =
  | { readonly kind: 'exact' }
  | { readonly kind: 'other'; readonly version: string }
  | { readonly kind: 'none' };

function judge({ name, version }: WantedPackage, { versions }: PackageOffers): Offer {
  const has = versions.get(name) ?? [];
  if (version === undefined) return { kind: has.length === 0 ? 'none' : 'exact' };
  if (has.includes(version)) return { kind: 'exact' };
  // A rebuild of the same kernel, which SUSE counts at the end.
  const rebuilt = /^kernel-/.test(name) ? newest(has.filter(other => sameBuild(other, version))) : undefined;
  if (rebuilt !== undefined) return { kind: 'other', version: rebuilt };
  // A name with the release in it: another upload of them mostly fits, and the kernel compares the symbols' versions.
  const other = isKernels(name) && !/^linux-headers-/.test(name) ? undefined : newest(has);
  return other === undefined ? { kind: 'none' } : { kind: 'other', version: other };
}

function sameBuild(left: string, right: string): boolean {
  const withoutCount = (text: string): string => text.replace(/\.\d+$/, '');
  return withoutCount(left) === withoutCount(right);
}

/** Of a kernel's packages no other version will do. */
function isKernels(name: string): boolean {
  return /^(?:linux|kernel)[\d.]*-/.test(name);
}

function isDebuginfo({ name }: WantedPackage): boolean {
  return /-(?:debuginfo|dbg|dbgsym)$/.test(name);
}

function explainGone(wanted: WantedPackage, check: string, { manager, versions, siblings }: PackageOffers): string {
  const { name, version } = wanted;
  const whole = version === undefined ? name : `${name} ${version}`;
  if (!isKernels(name)) return `${manager}'s index has no ${whole}: enable the repository that has it`;
  const others = versions.get(name) ?? nearest(wanted, siblings);
  const has = others.length === 0 ? '' : ` (it has ${sortNaturally(others).slice(-2).reverse().join(', ')})`;
  const ways = [
    ...(manager === 'apt' ? ['run apt-get update, if that was long ago'] : []),
    "take it from the distribution's snapshot archive or from a host that still has it",
    ...(isDebuginfo(wanted) ? ['use probes that need none'] : ['boot the target into a kernel that it has']),
  ];
  return `${manager}'s index has ${whole} ${check === 'debuginfo' ? 'not' : 'no more'}${has}: ${ways.join(', or ')}`;
}

/** The same package for kernels of the same version, where there are some, else for any. */
function nearest({ name, siblings: glob }: WantedPackage, siblings: readonly string[]): readonly string[] {
  const fitting = siblings.filter(other => fits(other, glob));
  const [, behind = ''] = glob?.split('*') ?? [];
  const version = name.slice(0, name.length - behind.length).replace(/\d+$/, '');
  const near = fitting.filter(other => other.startsWith(version));
  return near.length === 0 ? fitting : near;
}

/** A glob with one star. */
function fits(name: string, glob: string | undefined): boolean {
  const [before = '', after = ''] = glob?.split('*') ?? [];
  return glob !== undefined && name.startsWith(before) && name.endsWith(after);
}

function newest(versions: readonly string[]): string | undefined {
  return sortNaturally(versions).at(-1);
}

/** Numbers by their value: `6.1.0-9` before `6.1.0-56`. */
function sortNaturally(texts: readonly string[]): readonly string[] {
  const padded = (text: string): string => text.replace(/\d+/g, digits => digits.padStart(12, '0'));
  return [...texts].sort((left, right) => (padded(left) < padded(right) ? -1 : 1));
}
