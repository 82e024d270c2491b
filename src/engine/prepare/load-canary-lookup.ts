import type { Host } from '../../model/host.ts';
import type { CanaryKey, KernelRelease } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import { canaryKey, cannotBuild } from '../../module/build/canary.ts';
import type { CanaryRecord, CanaryRecords } from '../../module/cache/canary-records.ts';
import { findDanger } from '../../module/stap/known-breakages.ts';
import type { Builder, CanaryLookup } from '../../plan/builds/choose-build-host.ts';

/** Reads what earlier canaries found on a play's build hosts and kernels, so that planning itself reads no file. */
export async function loadCanaryLookup(
  builders: readonly Builder[],
  kernels: readonly Kernel[],
  records: CanaryRecords,
): Promise<CanaryLookup> {
  const keys = new Set<CanaryKey>();
  for (const builder of builders) {
    if (builder.kind !== 'ready') continue;
    for (const tree of builder.facts.trees) {
      const machines = kernels.filter(({ release }) => release === tree.release).map(({ machine }) => machine);
      for (const machine of machines) keys.add(canaryKey(builder.facts, tree, machine));
    }
  }
  const found = new Map<CanaryKey, CanaryRecord | undefined>();
  await Promise.all([...keys].map(async key => found.set(key, await records.find(key))));

  return ({ host, facts, tree }, { release, machine }, variant) => {
    const key = canaryKey(facts, tree, machine, variant);
    // The server's SystemTap is not the build host's, and may have been replaced since.
    if (variant.useServer !== undefined) return { key, state: 'untried' };
    const { version } = facts.stap;
    const danger = findUnignoredDanger(host, version, release);
    if (danger !== undefined) {
      const cause = `SystemTap ${version} must not be used for ${release}: ${danger.cause}`;
      const cure = `${danger.cure}; if your distribution has fixed it, set ${ignoreVariable}: ignore for its host`;
      return { key, state: 'dangerous', failure: { stage: 'plan', cause, cure } };
    }
    const record = found.get(key);
    if (record?.state !== 'bad') return { key, state: record === undefined ? 'untried' : 'known-good' };
    return { key, state: 'known-bad', failure: { stage: 'plan', ...cannotBuild(record.why, version, release) } };
  };
}

/** Why modules of this SystemTap must not be loaded into that kernel; undefined also where the host's variables ignore it. */
export function findUnignoredDanger(
  host: Pick<Host, 'vars'> | undefined,
  stapVersion: string,
  release: KernelRelease,
): ReturnType<typeof findDanger> {
  return host?.vars[ignoreVariable] === 'ignore' ? undefined : findDanger(stapVersion, release);
}

/** A build host's variable: distributions fix an older SystemTap without changing its version. */
const ignoreVariable = 'tapbook_known_breakages';
