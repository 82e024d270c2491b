import { expect, test } from 'vitest';
import type { ScriptEnd, ScriptFinished } from '../../src/model/event.ts';
import { endedInOrder, isClean, isLeftBehind, ranToItsEnd } from '../../src/model/script-end.ts';

const failure = { stage: 'stream', cause: 'killed' } as const;

test.each<[end: ScriptEnd, toItsEnd: boolean, inOrder: boolean]>([
  [{ kind: 'exited' }, true, true],
  [{ kind: 'duration' }, true, true],
  [{ kind: 'stopped' }, false, true],
  [{ kind: 'lost', cause: 'EOF' }, false, false],
  [{ kind: 'failed', failure }, false, false],
])('%j', (end, toItsEnd, inOrder) => {
  expect([ranToItsEnd(end), endedInOrder(end)]).toEqual([toItsEnd, inOrder]);
});

test.each<[left: ScriptFinished['left'], clean: boolean, behind: boolean]>([
  [{ module: 'none', directory: 'removed' }, true, false],
  [{ module: 'loaded', directory: 'removed' }, false, true],
  [{ module: 'none', directory: 'left' }, false, true],
  // Nobody knows: it is neither.
  [{ module: 'unknown', directory: 'unknown' }, false, false],
  [{ module: 'none', directory: 'unknown' }, false, false],
])('%j', (left, clean, behind) => {
  expect([isClean(left), isLeftBehind(left)]).toEqual([clean, behind]);
});
