import type { PlannedHost, PlannedPlay } from '../../model/plan.ts';
import { countOf } from '../layout/amounts.ts';

/**
 * A plan in one line, as Terraform ends its own: `Plan: 2 to build, 1 cached; 3 hosts run in 1 batch; 1 fails, 0
 * skipped.` Hosts are counted once for each play. The plays behind one that does not begin do not begin either.
 */
export function formatPlanSummary(plays: readonly PlannedPlay[]): string {
  const builds = plays.flatMap(play => play.builds);
  const stopped = plays.findIndex(play => play.rollout.stopped !== undefined);
  const begun = stopped === -1 ? plays : plays.slice(0, stopped);
  const count = (kind: PlannedHost['decision']['kind'], of = plays) =>
    of.flatMap(play => play.hosts).filter(host => host.decision.kind === kind).length;
  const toBuild = builds.filter(build => build.artifact.state !== 'cached').length;
  const batches = begun.reduce((sum, play) => sum + play.batches.length, 0);
  const run = count('run', begun);
  const held = count('run') - run;
  const runs = `${countOf(run, 'host')} ${run === 1 ? 'runs' : 'run'} in ${countOf(batches, 'batch')}`;
  const holds = `${countOf(held, 'host')} ${held === 1 ? 'does' : 'do'} not begin`;
  const all = [...(run === 0 ? [] : [runs]), ...(held === 0 ? [] : [holds])].join(', ') || 'no host runs';
  const unreachable = count('unreachable') > 0 ? `, ${count('unreachable')} unreachable` : '';
  const fails = count('fail') === 1 ? '1 fails' : `${count('fail')} fail`;
  return (
    `Plan: ${toBuild} to build, ${builds.length - toBuild} cached; ${all}; ` +
    `${fails}${unreachable}, ${count('skip')} skipped.`
  );
}
