import { joinNeeds } from '../../model/script-needs.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import { buildNeeds } from '../builds/build-needs.ts';
import type { FitBuildHost, SortBuildHosts, SortedBuildHosts } from '../builds/choose-build-host.ts';
import type { NamedBuildHosts } from '../builds/name-build-hosts.ts';
import type { ReadyTarget } from '../target.ts';
import { majorOf } from './check-runtime.ts';
import { checkTarget } from './check-target.ts';

export interface ExaminedTarget extends ReturnType<typeof checkTarget> {
  readonly sorted: SortedBuildHosts;
  /** Those whose SystemTap is of the major version of its staprun; where none is, all: its own check then says so. */
  readonly candidates: readonly FitBuildHost[];
}

/** What is found of a target and of who could build for it: the same for a plan and for a doctor. */
export function examineTarget(
  target: ReadyTarget,
  named: NamedBuildHosts | 'no-match',
  { play, sort }: { readonly play: Pick<PlannablePlay, 'preconditions' | 'sign'>; readonly sort: SortBuildHosts },
): ExaminedTarget {
  const { sorted, suited } =
    named === 'no-match' ? { sorted: { fit: [], told: [] }, suited: [] } : findBuildHosts(target, named, sort);
  const candidates = suited.length > 0 ? suited : sorted.fit;
  const sign = named === 'no-match' ? play.sign : named.sign;
  const checked = checkTarget(target, {
    preconditions: play.preconditions,
    builder: candidates[0]?.facts,
    signed: sign === undefined ? 'unsigned' : 'signed',
    needs: joinNeeds(target.needs),
  });
  return { sorted, candidates, ...checked };
}

/** Who can build for a target, and those of them whose modules its staprun can run, as far as it says its version. */
export function findBuildHosts(
  target: ReadyTarget,
  named: NamedBuildHosts,
  sort: SortBuildHosts,
): { readonly sorted: SortedBuildHosts; readonly suited: readonly FitBuildHost[] } {
  const { kernel, staprun } = target.facts;
  const sorted = sort({ kernel, needs: buildNeeds(target, named) }, named.builders);
  const suited = sorted.fit.filter(
    ({ facts }) => staprun?.version === undefined || majorOf(staprun.version) === majorOf(facts.stap.version),
  );
  return { sorted, suited };
}
