import { readFile, writeFile } from 'node:fs/promises';
import { whyNoFleet } from '../support/stand-in-fleet.ts';
import { bench, type Extent } from './bench.ts';
import { checkCounts } from './check-counts.ts';
import { performanceTables, remoteTable } from './performance-tables.ts';
import { measureStapRemote } from './stap-remote.ts';

/**
 * `npm run bench`: tapbook beside its peers, in one run on one machine; prints tables, writes bench-results.json, and
 * puts the tables into docs/design/performance.md. `-- --quick`: less of it, in some minutes, and the page stays as it is. Exits
 * with 1 where a count is wrong; times are for people. `-- --lab`: beside `stap --remote` on the lab's machines, which are
 * up, and nothing else.
 */
const extents: Readonly<Record<'quick' | 'full', Extent>> = {
  quick: {
    hosts: [10, 100],
    rounds: 1,
    keyExchanges: ['curve25519'],
    lines: { each: 1000, flood: 200_000 },
    startUps: 5,
    inventories: 1,
    builds: { scripts: 2, stapSeconds: 1 },
  },
  full: {
    hosts: [10, 100, 500, 1000],
    rounds: 3,
    keyExchanges: ['curve25519', 'default'],
    lines: { each: 10_000, flood: 10_000_000 },
    startUps: 15,
    inventories: 5,
    builds: { scripts: 5, stapSeconds: 3 },
  },
};

const root = new URL('../../', import.meta.url).pathname;
const page = `${root}docs/design/performance.md`;
if (process.argv.includes('--lab')) await benchLab();
else await benchLoopback();

async function benchLab(): Promise<void> {
  const text = remoteTable(await measureStapRemote(5));
  process.stdout.write(`${text}\n`);
  await putIntoPage('bench-lab', text);
}

async function benchLoopback(): Promise<void> {
  const why = whyNoFleet();
  if (why !== undefined) throw new Error(why);
  const extent = process.argv.includes('--quick') ? 'quick' : 'full';
  const began = performance.now();
  const say = (text: string): void => {
    process.stderr.write(`${String(Math.round((performance.now() - began) / 1000)).padStart(5)} s  ${text}\n`);
  };
  const results = await bench(extents[extent], say);
  const tables = performanceTables(results);
  process.stdout.write(`${tables}\n`);
  await writeFile(`${root}bench-results.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  if (extent === 'full') await putIntoPage('bench', tables);
  const wrong = checkCounts(results);
  for (const one of wrong) process.stdout.write(`WRONG ${one}\n`);
  process.stdout.write(wrong.length === 0 ? 'all counts are right\n' : `${wrong.length} counts are wrong\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

/** Between its two markers. */
async function putIntoPage(name: string, text: string): Promise<void> {
  const old = await readFile(page, 'utf8');
  const [begin, end] = [`<!-- ${name}: begin -->\n`, `<!-- ${name}: end -->\n`];
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${page} has no place for ${name}`);
  await writeFile(page, `${old.slice(0, from + begin.length)}\n${text}\n\n${old.slice(to)}`);
}
