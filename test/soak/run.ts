import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { soakLab } from './lab-fleet.ts';
import { soakLoopback } from './loopback-fleet.ts';
import { findGrowth, type SoakFleet, soak } from './soak.ts';

/**
 * `npm run soak [-- lab] [COUNT]`: so many applies in a row (200) to the loopback fleet, or to the lab, which is up; and
 * whether anything has grown since the twentieth.
 */
const words = process.argv.slice(2);
const count = Number(words.find(word => /^\d+$/.test(word)) ?? 200);
if (words.includes('lab')) {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-soak-'));
  try {
    await report(await soakLab(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
} else {
  const why = whyNoFleet();
  if (why !== undefined) throw new Error(why);
  await using fleet = await startStandInFleet('db1', 'db2', 'db3');
  await report(await soakLoopback(fleet));
}

async function report(fleet: SoakFleet): Promise<void> {
  const began = performance.now();
  const marks = [...new Set([Math.min(20, count), Math.ceil(count / 2), count])];
  const footprints = await soak(fleet, marks);
  console.table(footprints);
  const [first] = footprints;
  const last = footprints.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  const grown = findGrowth(first, last);
  const left = await fleet.left();
  console.log(`${count} applies in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  for (const line of [...grown, ...left]) console.log(line);
  console.log(grown.length + left.length === 0 ? 'nothing has grown, nothing is left' : 'FAILED');
  process.exitCode = grown.length + left.length === 0 ? 0 : 1;
}
