import { describe, expect, test } from 'vitest';
import { describeUnkept } from '../../../src/engine/supervisor/describe-unkept.ts';
import { createKeepBudget } from '../../../src/engine/supervisor/keep-budget.ts';
import { createOutputEmitter } from '../../../src/engine/supervisor/output-emitter.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { PlannedPlay } from '../../../src/model/plan.ts';
import { sampleScript } from '../../support/keep-budget.ts';
import { host, ioread } from '../../support/sample-run.ts';

const script = sampleScript();
const isFull = { limit: 'max_file', most: 10 } as const;
const records: PlannedPlay['outputs'] = [
  {
    module: ioread,
    format: { columns: [{ name: 'pid', type: 'integer' }], sections: [], skip: [], histograms: 'ignore' },
  },
];

function budgetOf(maxFileBytes: number, maxOutputBytes: number) {
  let told = 0;
  const budget = createKeepBudget({ maxFileBytes, maxOutputBytes }, () => told++);
  return { ...budget, told: () => told };
}

describe('of a script on a host', () => {
  test('so much of each stream is kept, in bytes with their newlines; the rest is counted', () => {
    const own = budgetOf(10, 1e6).openScript(script, undefined);
    expect(['1234', 'äö'].map(text => own.take('stdout', text))).toEqual([undefined, undefined]);
    expect(own.unkept()).toBeUndefined();
    expect(own.take('stdout', '')).toEqual(isFull);
    expect(['', 'xyz'].map(text => own.take('stdout', text))).toEqual([undefined, undefined]);
    expect(own.take('stderr', '123456789')).toBeUndefined();
    expect(own.unkept()).toEqual({ ...isFull, lines: 3, bytes: 6 });
    expect(own.take('stderr', '')).toEqual(isFull);
    expect(own.unkept()).toEqual({ ...isFull, lines: 4, bytes: 7 });
  });

  test('a line that does not fit ends it, though a shorter one would', () => {
    const own = budgetOf(10, 1e6).openScript(script, undefined);
    expect(['1234', '1234567', '1'].map(text => own.take('stdout', text))).toEqual([undefined, isFull, undefined]);
    expect(own.unkept()).toMatchObject({ lines: 2, bytes: 10 });
  });

  test('its own limit is used, and each script and host has one', () => {
    const budget = budgetOf(10, 1e6);
    const own = budget.openScript({ ...script, maxFileBytes: 3 }, undefined);
    expect(own.take('stdout', '123')).toEqual({ limit: 'max_file', most: 3 });
    expect(budget.openScript(script, undefined).take('stdout', '123456789')).toBeUndefined();
    expect(budget.told()).toBe(0);
  });
});

describe('of a run', () => {
  test('so much is kept of all its scripts; from then on nothing, which is told once', () => {
    const budget = budgetOf(100, 10);
    const [first, second] = [budget.openScript(script, undefined), budget.openScript(script, undefined)];
    expect([first.take('stdout', '1234'), second.take('stderr', '1234')]).toEqual([undefined, undefined]);
    expect(budget.told()).toBe(0);
    const runFull = { limit: 'max_output', most: 10 };
    expect([first.take('stdout', ''), second.take('stdout', ''), second.take('stderr', '')]).toEqual([
      runFull,
      runFull,
      runFull,
    ]);
    expect(budget.openScript(script, undefined).take('stdout', '')).toEqual(runFull);
    expect(budget.told()).toBe(1);
  });

  test('what is written to a file of its own, or as records, counts as often', () => {
    const take = (own: Partial<typeof script>, outputs: PlannedPlay['outputs'], lines: number) => {
      const budget = budgetOf(1e6, 80).openScript({ ...script, ...own }, outputs);
      return Array.from({ length: lines }, () => budget.take('stdout', '123456789')).filter(full => full !== undefined);
    };
    expect([take({}, undefined, 8), take({}, undefined, 9)].map(({ length }) => length)).toEqual([0, 1]);
    expect([take({ outputFile: 'x' }, [], 4), take({ outputFile: 'x' }, [], 5)].map(({ length }) => length)).toEqual([
      0, 1,
    ]);
    expect(
      [take({ outputFile: 'x' }, records, 2), take({ outputFile: 'x' }, records, 3)].map(({ length }) => length),
    ).toEqual([0, 1]);
  });
});

test('lines come all the same, with their records; where the keeping ended is told before the first that is not kept', () => {
  const events: EventBody[] = [];
  const sink = { emit: (event: EventBody) => void events.push(event), congestion: () => undefined };
  const budget = budgetOf(4, 1e6).openScript(script, records);
  const emitter = createOutputEmitter({ host: host('db1'), module: ioread }, records, sink, budget);
  for (const text of ['1', '2', '3', '4']) emitter.emitLine('stdout', text);
  expect(events.map(event => (event.kind === 'line' ? event.text : event.kind))).toEqual([
    ...['1', 'record', '2', 'record', 'output-full', '3', 'record', '4', 'record'],
  ]);
  expect(emitter.end()).toEqual({
    lines: 4,
    unkept: { lines: 2, bytes: 4, limit: 'max_file', most: 4 },
    output: { records: 4, malformed: 0 },
  });
});

test.each([
  [
    { lines: 1, bytes: 12, limit: 'max_file', most: 20_000_000 },
    '1 line (12B) not kept: output.max_file is 20MB; print less, or raise it',
  ],
  [
    { lines: 1234, bytes: 5_000_000, limit: 'max_output', most: 2e9 },
    '1234 lines (5MB) not kept: the run keeps 2GB; print less, or raise --max-output',
  ],
] as const)('says how much is not kept, and why', (unkept, text) => {
  expect(describeUnkept(unkept)).toBe(text);
});
