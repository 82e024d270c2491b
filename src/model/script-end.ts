import type { ScriptEnd, ScriptFinished } from './event.ts';

/** Whether a script ran for as long as it was to: what it printed is whole, as far as the host says no other. */
export function ranToItsEnd({ kind }: ScriptEnd): boolean {
  return kind === 'exited' || kind === 'duration';
}

/** Whether it ended in order: as planned, or stopped on request. */
export function endedInOrder(end: ScriptEnd): boolean {
  return ranToItsEnd(end) || end.kind === 'stopped';
}

/** Whether the host itself says that something of ours is still there. What is not known is not left behind. */
export function isLeftBehind({ module, directory }: ScriptFinished['left']): boolean {
  return module === 'loaded' || directory === 'left';
}

/** Whether the host itself says that nothing of ours is there. */
export function isClean({ module, directory }: ScriptFinished['left']): boolean {
  return module === 'none' && directory === 'removed';
}
