// `npm run bench`: how long tapbook takes to start, beside node itself, and to read a large inventory, beside Ansible,
// in one run on one machine. Prints a table and
// writes bench-results.json. Nothing is asserted: figures are for people.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benchInventory } from './inventory.mjs';

const root = new URL('../..', import.meta.url).pathname;
const program = `${root}dist/tapbook.js`;
const rounds = 15;
const cases = [
  ['node -e 0', ['-e', '0']],
  ['tapbook --version', [program, '--version']],
  ['tapbook --help', [program, '--help']],
  ['tapbook check', [program, 'check', `${root}playbooks/ioread-top5.yml`]],
];

const times = new Map(cases.map(([name]) => [name, []]));
// Round by round, so that whatever else the machine does meets all of them alike.
for (let round = 0; round <= rounds; round++) {
  for (const [name, args] of cases) {
    const started = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name} exits ${status}`);
    // The first round fills the file cache.
    if (round > 0) times.get(name).push(performance.now() - started);
  }
}
const median = values => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
const base = median(times.get('node -e 0'));
const rows = [...times].map(([name, values]) => ({
  name,
  ms: Number(median(values).toFixed(1)),
  ratio: Number((median(values) / base).toFixed(2)),
}));
for (const { name, ms, ratio } of rows)
  process.stdout.write(`${name.padEnd(20)} ${String(ms).padStart(7)} ms  ${ratio.toFixed(2)}x\n`);
const inventories = benchInventory(program);
for (const { name, hosts, ms, ansible } of inventories) {
  const theirs = ansible === undefined ? 'no ansible-inventory here' : `ansible-inventory ${ansible} ms`;
  process.stdout.write(`inventory list, ${hosts} hosts, ${name}: ${ms} ms; ${theirs}\n`);
}
const result = { node: process.version, cpu: `${cpus().length} x ${cpus()[0]?.model}`, rounds, rows, inventories };
writeFileSync(`${root}bench-results.json`, `${JSON.stringify(result, undefined, 2)}\n`);
