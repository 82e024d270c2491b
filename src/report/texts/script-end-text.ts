import type { ScriptEnd } from '../../model/event.ts';

/** How a script ended, to stand behind its name: `was lost (no answer for 60 s)`. */
export function sayScriptEnd(end: ScriptEnd): string {
  switch (end.kind) {
    case 'exited':
      return 'ended by itself';
    case 'duration':
      return 'was stopped as planned';
    case 'stopped':
      return 'was stopped on request';
    case 'lost':
      return `was lost (${end.cause})`;
    case 'failed':
      return `failed (${end.failure.cause})`;
    default:
      return end satisfies never;
  }
}
