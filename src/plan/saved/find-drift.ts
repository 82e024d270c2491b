import { type Change, findChanges } from '../../model/drift.ts';
import type { ConnectionIdentity } from '../../model/host.ts';
import type { KernelRelease } from '../../model/ids.ts';
import type { BuildHostIdentity, DecisiveFacts } from './saved-plan.ts';

/**
 * Compares a host's connection with what it was. A value that is now left to ssh_config counts as a change, even though it
 * is mostly the same: somebody should look at it.
 */
export function findConnectionDrift(then: ConnectionIdentity, now: ConnectionIdentity): readonly Change[] {
  const inWords = ({ kind, ...rest }: ConnectionIdentity) => ({ connection: kind, ...rest });
  return findChanges(inWords(then), inWords(now));
}

export interface FactsDrift {
  /** Changes that the plan does not allow for. */
  readonly changes: readonly Change[];
  /** A reboot since. It is no drift in itself, since all facts that count are probed again. */
  readonly booted: readonly Change[];
}

export function findFactsDrift(then: DecisiveFacts, now: DecisiveFacts): FactsDrift {
  const { bootId: bootedThen, ...before } = then;
  const { bootId: bootedNow, ...after } = now;
  const isKnown = bootedThen !== undefined && bootedNow !== undefined;
  const booted = isKnown ? findChanges({ 'boot-id': bootedThen }, { 'boot-id': bootedNow }) : [];
  return { changes: findChanges({ ...before }, { ...after }), booted };
}

/** What has changed on a build host, as far as it matters for modules for these kernels. */
export function findBuildHostDrift(
  then: BuildHostIdentity,
  now: BuildHostIdentity,
  releases: readonly KernelRelease[],
): readonly Change[] {
  const namedParts = (identity: BuildHostIdentity): Record<string, string | undefined> => {
    const { stap, rc, compiler, crossCompilers = [], trees } = identity;
    const words: Record<string, string | undefined> = { stap, 'stap-rc': rc, compiler };
    for (const { name, identity: which } of crossCompilers) words[name] = which;
    for (const release of releases) {
      const tree = trees.find(other => other.release === release);
      words[`tree of ${release}`] = tree?.identity;
      words[`uts-version of ${release}`] = tree?.utsVersion;
      words[`debuginfo of ${release}`] = tree?.debuginfo;
      words[`compiler of ${release}`] = tree?.compiler;
    }
    return words;
  };
  return findChanges(namedParts(then), namedParts(now));
}
