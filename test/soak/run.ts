import { startStandInFleet, whyNoFleet } from '../support/stand-in-fleet.ts';
import { findGrowth, soak } from './soak.ts';

/** `npm run soak [COUNT]`: so many applies in a row (200), and whether anything has grown since the twentieth. */
const count = Number(process.argv[2] ?? 200);
const why = whyNoFleet();
if (why !== undefined) throw new Error(why);
const fleet = await startStandInFleet('db1', 'db2', 'db3');
try {
  const began = performance.now();
  const marks = [...new Set([Math.min(20, count), Math.ceil(count / 2), count])];
  const footprints = await soak(fleet, marks);
  console.table(footprints);
  const [first] = footprints;
  const last = footprints.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  const grown = findGrowth(first, last);
  const left = await fleet.left();
  console.log(`${count} applies to 3 hosts in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  for (const line of [...grown, ...left]) console.log(line);
  console.log(grown.length + left.length === 0 ? 'nothing has grown, nothing is left' : 'FAILED');
  process.exitCode = grown.length + left.length === 0 ? 0 : 1;
} finally {
  await fleet[Symbol.asyncDispose]();
}
