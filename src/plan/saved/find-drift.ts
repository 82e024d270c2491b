import { type ProbedBinary, shortBuildId } from '../../model/binary.ts';
import { type Change, findChanges } from '../../model/drift.ts';
import type { ConnectionIdentity } from '../../model/host.ts';
import type { KernelRelease } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { printableLine } from '../../model/printable-text.ts';
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
  const { bootId: bootedThen, binaries: filesThen = [], ...before } = then;
  const { bootId: bootedNow, binaries: filesNow = [], ...after } = now;
  const isKnown = bootedThen !== undefined && bootedNow !== undefined;
  const booted = isKnown ? findChanges({ 'boot-id': bootedThen }, { 'boot-id': bootedNow }) : [];
  const changes = findChanges({ ...before }, { ...after });
  return { changes: [...changes, ...findBinaryDrift(filesThen, filesNow)], booted };
}

/** `binary /usr/bin/db` for each file with another build-id, or whose links lead to another place. */
function findBinaryDrift(then: readonly ProbedBinary[], now: readonly ProbedBinary[]): readonly Change[] {
  const paths = [...new Set([...then, ...now].map(({ path }) => path))].sort();
  return paths.flatMap(path => {
    const [was, is] = [then, now].map(files => files.find(file => file.path === path));
    if (was?.buildId === is?.buildId && was?.realPath === is?.realPath) return [];
    const say = ({ buildId, realPath = path }: ProbedBinary): string =>
      was?.buildId === is?.buildId ? realPath : shortBuildId(buildId);
    const what = `binary ${printableLine(path, 200)}`;
    return [{ what, ...optional('was', was && say(was)), ...optional('is', is && say(is)) }];
  });
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
