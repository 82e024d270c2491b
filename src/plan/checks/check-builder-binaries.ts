import type { BuildHostFacts } from '../../facts/host-facts.ts';
import { type BinaryPolicy, type PresentBinary, shortBuildId, usualBinaryPolicy } from '../../model/binary.ts';
import type { Finding } from '../../model/finding.ts';
import { formatBytes } from '../../model/format-bytes.ts';
import { printableLine } from '../../model/printable-text.ts';
import { findLacking } from '../builds/find-lacking.ts';
import { passes, staysUnknown, warns } from './verdicts.ts';

const check = 'binaries';

/**
 * Whether a build host has the binaries of the targets that it would build for, and else what is done about that. Nothing keeps it
 * out: what was copied there before is not known here. No finding where no script has breakpoints in a file.
 */
export function checkBuilderBinaries(
  binaries: readonly PresentBinary[],
  facts: Pick<BuildHostFacts, 'binaries'>,
  policy: BinaryPolicy = usualBinaryPolicy,
): readonly Finding[] {
  if (binaries.length === 0) return [];
  const lacking = findLacking(binaries, facts);
  const flaws = lacking.flatMap(one => findFlaw(one, policy) ?? []);
  if (flaws.length > 0) return flaws;
  const own = binaries.filter(one => !lacking.includes(one));
  const unseen = own.filter(({ path }) => !isSeen(path, facts));
  if (unseen.length > 0) {
    return [staysUnknown(check, `whether it has ${unseen.map(say).join(', ')}, the build will show`)];
  }
  const has = own.length === 0 ? [] : [`it has ${own.map(say).join(', ')}`];
  const isOne = lacking.length === 1;
  const copied =
    policy.how === 'ask'
      ? `you are asked before ${isOne ? 'it is' : 'they are'} copied there from a target`
      : `${isOne ? 'it is' : 'they are'} copied there from a target, unless that was done before`;
  const lacks = lacking.length > 0 ? [`it has no ${lacking.map(say).join(', ')}: ${copied}`] : [];
  return [passes(check, [...has, ...lacks].join('; '))];
}

/** Why it cannot get one; undefined where it can. */
function findFlaw(binary: PresentBinary, { how, mostBytes }: BinaryPolicy): Finding | undefined {
  const { bytes } = binary;
  const lacks = `it has no ${say(binary)}`;
  const install = 'install the package of the targets here';
  if (how === 'never') {
    const found = `${lacks}, and the play says binaries: never: unless it was copied before, builds for it fail here`;
    return warns(check, found, { cure: `${install}, or set binaries: fetch in the play` });
  }
  if (bytes === undefined || bytes <= mostBytes) return undefined;
  const room = formatBytes(Math.ceil(bytes / 10_000_000) * 10_000_000);
  return warns(
    check,
    `${lacks}, and its ${formatBytes(bytes)} are more than max_binary, ${formatBytes(mostBytes)}: unless it was copied before, builds for it fail here`,
    { cure: `${install}, or set max_binary: ${room} in the play` },
  );
}

function isSeen(path: string, { binaries = [] }: Pick<BuildHostFacts, 'binaries'>): boolean {
  return binaries.some(one => one.path === path && one.state !== 'no-od');
}

function say({ path, buildId }: PresentBinary): string {
  return `${printableLine(path, 200)} ${shortBuildId(buildId)}`;
}
