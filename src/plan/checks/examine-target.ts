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
  /** The fit build hosts whose SystemTap has staprun's major version; if none has, all: the runtime check then fails. */
  readonly candidates: readonly FitBuildHost[];
}

/** Checks a target and finds its build hosts, for a plan and for the doctor alike. */
export function examineTarget(
  target: ReadyTarget,
  named: NamedBuildHosts | 'no-match',
  {
    play,
    sort,
  }: { readonly play: Pick<PlannablePlay, 'preconditions' | 'sign' | 'staleProcesses'>; readonly sort: SortBuildHosts },
): ExaminedTarget {
  const { sorted, suited } =
    named === 'no-match' ? { sorted: { fit: [], states: [] }, suited: [] } : findBuildHosts(target, named, sort);
  const candidates = suited.length > 0 ? suited : sorted.fit;
  const sign = named === 'no-match' ? play.sign : named.sign;
  const checked = checkTarget(target, {
    preconditions: play.preconditions,
    builder: candidates[0]?.facts,
    signed: sign === undefined ? 'unsigned' : 'signed',
    needs: joinNeeds(target.needs),
    staleProcesses: play.staleProcesses,
  });
  return { sorted, candidates, ...checked };
}

/** The build hosts that can build for a target; `suited` are those whose modules its staprun can run, if its version is known. */
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
