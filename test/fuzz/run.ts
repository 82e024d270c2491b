import { parseArgs } from 'node:util';
import { createFindings } from './findings.ts';
import { readers } from './readers/readers.ts';
import { type ReaderProgress, startReading } from './reading-process.ts';

/**
 * `npm run fuzz [-- --seed N --minutes 10 --only READER --input I --jobs 2 --out FOLDER]`: inputs that are made up of examples, for
 * every reader of what others have written or hosts have printed. Each must end with a value or a refusal, within its time and memory.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    /** A reader's name, or its beginning. */
    only: { type: 'string', default: '' },
    /** One input alone, by its number. */
    input: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    out: { type: 'string', default: 'fuzz-findings' },
  },
});
const seed = Number(values.seed);
const chosen = readers.filter(({ name }) => name.startsWith(values.only));
if (chosen.length === 0)
  throw new Error(`no reader begins with ${values.only}; there are: ${readers.map(one => one.name).join(', ')}`);
const findings = createFindings(values.out, seed);
const progress = new Map(
  chosen.map(({ name }): [string, ReaderProgress] => [name, { inputs: 0, seconds: 0, worst: undefined }]),
);

console.log(
  `seed ${seed}, ${chosen.length} readers, ${values.input === undefined ? `${values.minutes} minutes` : `input ${values.input}`}`,
);
const began = performance.now();
const endMs = Number(values.minutes) * 60_000;
if (values.input === undefined) {
  const turns = chosen.map(({ name }) => name);
  await Promise.all(Array.from({ length: Number(values.jobs) }, takeTurns));

  async function takeTurns(): Promise<void> {
    using reading = startReading(findings);
    for (let name = turns.shift(); name !== undefined; name = turns.shift()) {
      const own = progress.get(name);
      const left = endMs - (performance.now() - began);
      if (own === undefined || left <= 0) return;
      // Each reader has several turns, so that none is left out where others find much.
      const forMs = Math.min(left, Math.max(1_000, (endMs * Number(values.jobs)) / chosen.length / 4));
      await reading.run({ reader: name, seed, index: own.inputs, count: Number.MAX_SAFE_INTEGER, forMs }, own);
      turns.push(name);
    }
  }
} else {
  using reading = startReading(findings);
  for (const [name, own] of progress) {
    await reading.run({ reader: name, seed, index: Number(values.input), count: 1, forMs: 0 }, own);
  }
}

const inputs = [...progress.values()].reduce((sum, one) => sum + one.inputs, 0);
console.table(
  Object.fromEntries(
    [...progress].map(([name, { inputs: count, seconds, worst }]) => [
      name,
      {
        inputs: count,
        seconds: Number(seconds.toFixed(1)),
        'x for 4x':
          worst === undefined ? '' : `${worst.ratio.toFixed(1)} (${Math.round(worst.ms)} ms, input ${worst.index})`,
        findings: findings.count(name),
      },
    ]),
  ),
);
const found = findings.count();
console.log(
  `${inputs} inputs in ${((performance.now() - began) / 1000).toFixed(0)} s, ${found} findings${found === 0 ? '' : ` in ${values.out}/`}`,
);
process.exitCode = found === 0 ? 0 : 1;
