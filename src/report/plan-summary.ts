import type { PlannedPlay } from '../model/plan.ts';
import { countOf } from './amounts.ts';

/**
 * A plan in one line, as Terraform ends its own: `Plan: 2 to build, 1 cached; 3 hosts run in 1 batch; 1 fails, 0
 * skipped.` Hosts are counted once for each play.
 */
export function formatPlanSummary(plays: readonly PlannedPlay[]): string {
  const builds = plays.flatMap(play => play.builds);
  const decisions = plays.flatMap(play => play.hosts).map(host => host.decision.kind);
  const count = (kind: (typeof decisions)[number]) => decisions.filter(decision => decision === kind).length;
  const toBuild = builds.filter(build => build.artifact.state !== 'cached').length;
  const batches = plays.reduce((sum, play) => sum + play.batches.length, 0);
  const run = count('run');
  const runs = run === 0 ? 'no host runs' : `${countOf(run, 'host')} ${run === 1 ? 'runs' : 'run'}`;
  const inBatches = run === 0 ? '' : ` in ${countOf(batches, 'batch')}`;
  const stopped = plays.some(play => play.rollout.stopped !== undefined);
  const unreachable = count('unreachable') > 0 ? `, ${count('unreachable')} unreachable` : '';
  const fails = count('fail') === 1 ? '1 fails' : `${count('fail')} fail`;
  return (
    `Plan: ${toBuild} to build, ${builds.length - toBuild} cached; ${runs}${inBatches}; ` +
    `${fails}${unreachable}, ${count('skip')} skipped.${stopped ? ' The rollout does not begin.' : ''}`
  );
}
