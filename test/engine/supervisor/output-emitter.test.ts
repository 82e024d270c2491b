import { expect, test } from 'vitest';
import { createOutputEmitter } from '../../../src/engine/supervisor/output-emitter.ts';
import type { EventBody } from '../../../src/model/event.ts';
import { usualScriptBudget } from '../../support/keep-budget.ts';
import { host, ioread } from '../../support/sample-run.ts';

const format = { columns: [{ name: 'pid', type: 'integer' }], sections: [], skip: [], histograms: 'ignore' } as const;

test.each([
  ['with columns', [{ module: ioread, format }], { lines: 3, output: { records: 2, malformed: 1 } }],
  ['without', undefined, { lines: 3 }],
])('the lines of a script %s are counted, those of stderr are not', (_, outputs, counts) => {
  const events: EventBody[] = [];
  const sink = { emit: (event: EventBody) => void events.push(event), congestion: () => undefined };
  const emitter = createOutputEmitter({ host: host('db1'), module: ioread }, outputs, sink, usualScriptBudget());
  for (const text of ['7', 'no number', '8']) emitter.emitLine('stdout', text);
  emitter.emitLine('stderr', 'WARNING: x');
  expect(emitter.end()).toEqual(counts);
  expect(events.filter(({ kind }) => kind === 'line')).toHaveLength(4);
  expect(
    createOutputEmitter({ host: host('db1'), module: ioread }, outputs, sink, usualScriptBudget()).end(),
  ).toMatchObject({ lines: 0 });
});
