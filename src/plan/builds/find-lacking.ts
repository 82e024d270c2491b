import type { BuildHostFacts } from '../../facts/host-facts.ts';
import type { ProbedBinary } from '../../model/binary.ts';

/** Those of these binaries that a build host surely lacks, or has with another build-id, as find-binaries.sh finds out right before a build. */
export function findLacking<Binary extends ProbedBinary>(
  binaries: readonly Binary[],
  facts: Pick<BuildHostFacts, 'binaries'>,
): readonly Binary[] {
  return binaries.filter(({ path, realPath = path, buildId }) => {
    const own = facts.binaries?.find(one => one.path === path);
    const isKnown = own !== undefined && own.state !== 'no-od';
    const isSame = own?.buildId === buildId && (own.realPath ?? path) === realPath;
    return isKnown && !isSame;
  });
}
