import type { Host } from '../../model/host.ts';
import type { CanaryKey, KernelRelease } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import { canaryKey, cannotBuild } from '../../module/build/canary.ts';
import type { CanaryRecord, CanaryRecords } from '../../module/cache/canary-records.ts';
import { findDanger } from '../../module/stap/known-breakages.ts';
import type { Builder, Judge } from '../../plan/builds/choose-build-host.ts';

/** What is known of the build hosts and kernels of a play, read beforehand, so that planning needs no file. */
export async function openJudge(
  builders: readonly Builder[],
  kernels: readonly Kernel[],
  records: CanaryRecords,
): Promise<Judge> {
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

  return ({ host, facts, tree }, { release, machine }, way) => {
    const key = canaryKey(facts, tree, machine, way);
    // Its SystemTap is not the build host's, and may be another one by now.
    if (way.useServer !== undefined) return { key, state: 'untried' };
    const { version } = facts.stap;
    const danger = dangerOf(host, version, release);
    if (danger !== undefined) {
      const cause = `SystemTap ${version} must not be used for ${release}: ${danger.cause}`;
      const cure = `${danger.cure}; if it is a mended one, set ${override}: ignore for its host`;
      return { key, state: 'dangerous', failure: { stage: 'plan', cause, cure } };
    }
    const record = found.get(key);
    if (record?.state !== 'bad') return { key, state: record === undefined ? 'untried' : 'known-good' };
    return { key, state: 'known-bad', failure: { stage: 'plan', ...cannotBuild(record.why, version, release) } };
  };
}

/** Why nothing that a build host makes may be loaded into that kernel, unless somebody answers for it. */
export function dangerOf(
  host: Pick<Host, 'vars'> | undefined,
  stapVersion: string,
  release: KernelRelease,
): ReturnType<typeof findDanger> {
  return host?.vars[override] === 'ignore' ? undefined : findDanger(stapVersion, release);
}

/** A build host's variable: distributions mend an older SystemTap without another version number. */
const override = 'tapbook_known_breakages';
