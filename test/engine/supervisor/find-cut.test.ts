import { expect, test } from 'vitest';
import { findCut } from '../../../src/engine/supervisor/find-cut.ts';
import { newSigns, type StaprunSigns } from '../../../src/engine/supervisor/read-staprun-line.ts';

const limit = { why: 'limit', number: 0 };

function cut(
  signs: Partial<StaprunSigns>,
  code: number,
  harder?: 'TERM' | 'KILL',
  traced: number | undefined = 10,
  stopping: typeof limit | undefined = limit,
) {
  return findCut({ signs: { ...newSigns(), ...signs }, harder, stopping, traced }, code);
}

const armed = { speaks: true, registered: 0 } as const;
const ended = { ...armed, hasEnded: true } as const;

test.each([
  ['stopped, and its end probes are done', ended, 0],
  ['ended by TERM all the same, after its end probes', ended, 0, 'TERM'],
  ['its supervisor was killed, and all of its output read', { ...ended, isDrained: true }, -1],
  ['a staprun that says nothing of itself', {}, 0],
] as const)('nothing is cut: %s', (_what, signs, code, harder?: 'TERM') => {
  expect(cut(signs, code, harder)).toBeUndefined();
});

test('stopped before its probes were armed, it has seen nothing, though it ends in order', () => {
  const report = { signs: { ...newSigns(), ...ended }, harder: undefined, stopping: limit, traced: undefined };
  expect(findCut(report, 0)).toBe('it was stopped before its probes were armed: it traced nothing');
  expect(findCut({ ...report, stopping: undefined }, 0)).toBeUndefined();
  expect(findCut({ ...report, signs: newSigns() }, 0)).toBeUndefined();
});

const endProbes = 'what its end probes print may be missing';

test.each([
  [armed, 137, 'KILL', `it did not end upon INT, only by KILL: ${endProbes}`],
  [{}, 137, 'KILL', `it did not end upon INT, only by KILL: ${endProbes}`],
  [{}, 0, 'TERM', `it did not end upon INT, only by TERM: ${endProbes}`],
  [armed, 137, undefined, `staprun was killed by signal 9 (KILL): ${endProbes}`],
  [{}, 130, undefined, `staprun was killed by signal 2 (INT): ${endProbes}`],
  [armed, 0, undefined, `staprun ended with code 0: ${endProbes}`],
  [ended, 137, undefined, 'staprun was killed by signal 9 (KILL): its last output may be missing'],
  [ended, -1, undefined, 'its supervisor there was killed: its last output may be missing'],
  [armed, -1, undefined, `its supervisor there was killed: ${endProbes}`],
  [{ speaks: true }, 137, 'KILL', 'it was stopped before its probes were armed: it traced nothing'],
] as const)('%j with code %i and %s', (signs, code, harder, told) => {
  expect(cut(signs, code, harder)).toBe(told);
});
