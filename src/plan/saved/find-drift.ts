import { type Change, findChanges } from '../../model/drift.ts';
import type { ConnectionIdentity } from '../../model/host.ts';
import type { KernelRelease } from '../../model/ids.ts';
import type { BuildHostIdentity, DecisiveFacts } from './saved-plan.ts';

/**
 * How a host is reached now, against how it was. Left to ssh_config it is another thing than to be named, though mostly it
 * comes to the same: it is for a person to see.
 */
export function findConnectionDrift(then: ConnectionIdentity, now: ConnectionIdentity): readonly Change[] {
  const inWords = ({ kind, ...rest }: ConnectionIdentity) => ({ connection: kind, ...rest });
  return findChanges(inWords(then), inWords(now));
}

export interface FactsDrift {
  /** What makes it another host than the plan is for. */
  readonly changes: readonly Change[];
  /** It was booted since; by itself that changes nothing, since all that counts was asked anew. */
  readonly booted: readonly Change[];
}

export function findFactsDrift(then: DecisiveFacts, now: DecisiveFacts): FactsDrift {
  const { bootId: bootedThen, ...before } = then;
  const { bootId: bootedNow, ...after } = now;
  const isKnown = bootedThen !== undefined && bootedNow !== undefined;
  const booted = isKnown ? findChanges({ 'boot-id': bootedThen }, { 'boot-id': bootedNow }) : [];
  return { changes: findChanges({ ...before }, { ...after }), booted };
}

/** What of a build host is not as it was, as far as modules for these kernels go. */
export function findBuildHostDrift(
  then: BuildHostIdentity,
  now: BuildHostIdentity,
  releases: readonly KernelRelease[],
): readonly Change[] {
  const wordsOf = (identity: BuildHostIdentity): Record<string, string | undefined> => {
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
  return findChanges(wordsOf(then), wordsOf(now));
}
