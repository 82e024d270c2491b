import { startBenchFleet } from './bench-fleet.ts';
import { type BuildRun, measureBuilds } from './builds.ts';
import { inRounds, medianBy } from './in-rounds.ts';
import { type InventoryRun, measureInventories } from './inventories.ts';
import { describeMachine, type Machine } from './machine.ts';
import { measureFlood, measureLines, type OutputRun } from './output.ts';
import { findPeers, type KeyExchange } from './peers.ts';
import { measurePlan, type PlanRun } from './plan-run.ts';
import { measureStartUp, type StartUp } from './start-up.ts';
import { countRoundTrips, measureTroubles, type Trouble } from './troubles.ts';
import { type JobRun, runPeerJob, runTapbookJob } from './whole-job.ts';

/** How much is measured. */
export interface Extent {
  readonly hosts: readonly number[];
  /** Of the whole job, for up to a hundred hosts; one for more. */
  readonly rounds: number;
  readonly keyExchanges: readonly KeyExchange[];
  /** Of each of a hundred hosts, and of one alone. */
  readonly lines: { readonly each: number; readonly flood: number };
  readonly startUps: number;
  readonly inventories: number;
  readonly builds: { readonly scripts: number; readonly stapSeconds: number };
}

export interface BenchResults {
  readonly machine: Machine;
  readonly extent: Extent;
  /** Peers that are not here. */
  readonly leftOut: readonly string[];
  /** The median of each, by its time. */
  readonly jobs: readonly JobRun[];
  readonly roundTrips: number;
  readonly troubles: readonly Trouble[];
  readonly outputs: readonly OutputRun[];
  readonly startUp: readonly StartUp[];
  readonly plan: PlanRun;
  readonly inventories: readonly InventoryRun[];
  readonly builds: readonly BuildRun[];
}

/** Measures all of it on this machine, one after the other. `say` hears what is measured now. */
export async function bench(extent: Extent, say: (text: string) => void): Promise<BenchResults> {
  const machine = describeMachine();
  const { found, missing } = findPeers();
  say('start-up');
  const startUp = await measureStartUp(extent.startUps);
  say('plan of 10,000 hosts');
  const plan = await measurePlan();
  say('inventories of 10,000 hosts');
  const inventories = await measureInventories(extent.inventories);
  say('builds');
  const builds = await measureBuilds(extent.builds.scripts, extent.builds.stapSeconds);

  await using fleet = await startBenchFleet();
  // The module is built and kept, and what the build host said.
  await runTapbookJob(fleet, 1);
  const jobs: JobRun[] = [];
  for (const hosts of extent.hosts) {
    const things = [
      () => runTapbookJob(fleet, hosts),
      ...extent.keyExchanges.flatMap(keyExchange =>
        found.map(peer => () => runPeerJob(peer, keyExchange, fleet, hosts)),
      ),
    ];
    say(`the whole job on ${hosts} hosts, in ${things.length} ways`);
    const runs = await inRounds(hosts > 100 ? 1 : extent.rounds, things);
    jobs.push(...runs.map(some => medianBy(some, run => run.wallSeconds)));
  }
  say('round trips, a slow host, dead hosts');
  const roundTrips = await countRoundTrips(fleet);
  const troubles = await measureTroubles(fleet, 100);
  say('output');
  const lines = await measureLines(fleet, 100, extent.lines.each);
  const outputs = [...lines, await measureFlood(fleet, extent.lines.flood)];
  return {
    ...{ machine, extent, leftOut: missing, jobs, roundTrips, troubles },
    ...{ outputs, startUp, plan, inventories, builds },
  };
}
