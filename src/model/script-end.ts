import type { ScriptEnd, ScriptFinished } from './event.ts';

/** Whether a script ran for as long as it should: then its output is whole, unless the host reports losses. */
export function ranToItsEnd({ kind }: ScriptEnd): boolean {
  return kind === 'exited' || kind === 'duration';
}

/** Whether it ended in order: as planned, or stopped on request. */
export function endedInOrder(end: ScriptEnd): boolean {
  return ranToItsEnd(end) || end.kind === 'stopped';
}

/** Whether the host has reported that something of ours is still there. Unknown does not count as left behind. */
export function isLeftBehind({ module, directory }: ScriptFinished['left']): boolean {
  return module === 'loaded' || directory === 'left';
}

/** Whether the host has reported that nothing of ours is there. */
export function isClean({ module, directory }: ScriptFinished['left']): boolean {
  return module === 'none' && directory === 'removed';
}

/** Whether it ran as long as it should, and not a line came of it. */
export function printedNothing({ end, lines }: Pick<ScriptFinished, 'end' | 'lines'>): boolean {
  return ranToItsEnd(end) && lines === 0;
}
