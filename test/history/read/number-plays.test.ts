import { expect, test } from 'vitest';
import { createPlayNumberer } from '../../../src/history/read/number-plays.ts';
import { type Event, playIndexOf } from '../../../src/model/event.ts';
import { applyOf, at, hosts, plan, skipped } from '../../support/sample-run.ts';

const events = [...applyOf(plan(hosts('db1', 'db2'), { leftOut: [skipped] }))];
const planned = events.findIndex(({ kind }) => kind === 'play-planned') + 1;
const planning = events.slice(1, planned);
const building = events.slice(planned).filter(({ kind }) => kind.startsWith('build-'));
const running = events.slice(planned).filter(({ kind }) => !kind.startsWith('build-') && kind !== 'run-finished');

function plays(list: readonly Event[]): (number | undefined)[] {
  const numbered = createPlayNumberer();
  return list.map(({ playNumber: _, ...event }) => playIndexOf(numbered(event as Event)));
}

test('all plays are planned, then built, then run: every event goes to its own', () => {
  const all = [planning, planning, building, building, running, running];
  expect(plays(all.flat())).toEqual(all.flatMap((part, index) => part.map(() => index % 2)));
});

test('plays that are planned and run one by one are told apart too', () => {
  const one = [planning, building, running];
  expect(plays([...one, ...one].flat())).toEqual([...one.flat().map(() => 0), ...one.flat().map(() => 1)]);
});

test('what concerns the run has no play, and before any play nothing has', () => {
  const notice = at(1, { kind: 'notice', severity: 'info', text: 'hello' });
  const last = at(9, { kind: 'rollout-stopped', reason: 'none is left' });
  expect(plays([...events.slice(0, 1), notice, last, ...planning, notice])).toEqual([
    undefined,
    undefined,
    undefined,
    ...planning.map(() => 0),
    undefined,
  ]);
});

test('a number that is there is left alone', () => {
  const [probed = events[0]] = planning.slice(1);
  expect(createPlayNumberer()({ ...(probed as Event), playNumber: 7 }).playNumber).toBe(7);
});

test.each([0, -1, 1.5, 2 ** 31, 1e308, '2', null])('a number that counts nothing is guessed anew: %j', given => {
  const numbered = createPlayNumberer();
  const [first] = planning.map(event => numbered({ ...event, playNumber: given } as Event));
  expect(first?.playNumber).toBe(1);
});
