import { expect, test } from 'vitest';
import type { Event, ScriptFinished } from '../../../src/model/event.ts';
import { tracedSeconds } from '../../../src/report/tally/traced-seconds.ts';
import { at, host, ioread } from '../../support/sample-run.ts';

const finished = at(40, {
  kind: 'script-finished',
  host: host('db1'),
  module: ioread,
  end: { kind: 'duration' },
  seconds: 31,
  left: { module: 'none', directory: 'removed' },
}) as Event & ScriptFinished;
const startedMs = Date.parse(at(9.5, { kind: 'notice', severity: 'info', text: '' }).time);

test('what the end of the script says counts, else the time from its start to its end', () => {
  expect(tracedSeconds(startedMs, { ...finished, traced: 29.8 })).toBe(29.8);
  expect(tracedSeconds(startedMs, finished)).toBe(30.5);
  expect(tracedSeconds(undefined, finished)).toBeUndefined();
  // A clock that was set back.
  expect(tracedSeconds(startedMs + 60_000, finished)).toBe(0);
});
