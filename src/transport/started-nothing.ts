import type { ExecFailure } from './transport.ts';

/** A host that was given a command and did not begin it within this many milliseconds. */
export function startedNothing(limitMs: number): ExecFailure {
  return {
    kind: 'refused',
    cause: `the host started no command within ${limitMs / 1000} s`,
    cure: 'is it overloaded? give it longer: --command-timeout 2m',
  };
}
