import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BenchFleet, startBenchFleet } from '../bench/bench-fleet.ts';
import { measureBuilds } from '../bench/builds.ts';
import { checkCounts } from '../bench/check-counts.ts';
import { measureFlood, measureLines } from '../bench/output.ts';
import { measurePlan } from '../bench/plan-run.ts';
import { runTapbookJob } from '../bench/whole-job.ts';
import { whyNoFleet } from '../support/stand-in-fleet.ts';

/** What the benchmark counts, on ten hosts: it does not depend on how fast a machine is. */
const why = whyNoFleet();
if (why !== undefined) console.log(`counts are left out: ${why}`);

describe.skipIf(why !== undefined)('on ten hosts', { timeout: 120_000 }, () => {
  let fleet: BenchFleet;
  beforeAll(async () => {
    fleet = await startBenchFleet();
    // The module is built and kept, and what the build host said.
    await runTapbookJob(fleet, 1);
  }, 120_000);
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  test('a repeat takes one connection and two channels each, and no build; all lines come, nothing is left', async () => {
    const job = await runTapbookJob(fleet, 10);
    expect(job).toMatchObject({ hosts: 10, connections: 10, channels: 20, lines: 30, builds: 0, left: [] });
    expect(checkCounts({ jobs: [job] })).toEqual([]);
  });

  test('of what is kept, shown in a file or shown on a terminal, and of a flood, no byte is missing', async () => {
    const outputs = [...(await measureLines(fleet, 10, 1000)), await measureFlood(fleet, 200_000)];
    expect(outputs).toHaveLength(4);
    expect(checkCounts({ outputs })).toEqual([]);
    await fleet.behave('');
  });
});

describe.skipIf(why !== undefined)('builds', { timeout: 120_000 }, () => {
  test('stap runs once for each script and kernel and once to try each kernel, never on a repeat', async () => {
    const builds = await measureBuilds(2, 0);
    expect(builds.map(({ name, staps }) => [name, staps])).toEqual([
      ['cold', 6],
      ['again', 0],
      ['one more script', 2],
    ]);
    expect(checkCounts({ builds })).toEqual([]);
  });
});

test('of ten thousand planned hosts all run', async () => {
  expect(checkCounts({ plan: await measurePlan() })).toEqual([]);
});
