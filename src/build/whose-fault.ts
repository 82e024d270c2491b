import type { BuildAttempt } from './build-module.ts';

/**
 * Who is to blame for a build that failed, and so what to do about it:
 *
 * - `host-is-out`: the build host is gone, or lacks what every build needs: another one takes over all of its builds
 * - `not-on-this-host`: it cannot make this module, or could not this time; another one may
 * - `compiler`: what SystemTap generated does not compile: a minimal script tells whether anything does
 * - `script`: stap does not take the script, and would not anywhere
 */
export type Fault = 'host-is-out' | 'not-on-this-host' | 'compiler' | 'script';

export function whoseFault({ exit, log }: Pick<BuildAttempt, 'exit' | 'log'>): Fault {
  // stap was never begun, or nobody heard how it ended.
  if (exit === undefined) return 'host-is-out';
  // What a shell says of a program that is not there or cannot be executed.
  if (exit === 126 || exit === 127) return 'host-is-out';
  // It ended well, and yet the module is not what was asked for.
  if (exit === 0) return 'not-on-this-host';
  if (lacksWhatAllNeed.test(log)) return 'host-is-out';
  // Killed (out of memory, the limit), or crashed.
  if (exit > 128 || couldDoElsewhere.test(log)) return 'not-on-this-host';
  return doesNotCompile.test(log) ? 'compiler' : 'script';
}

const lacksWhatAllNeed =
  /No space left on device|Disk quota exceeded|Read-only file system|Input\/output error|(?:couldn't|cannot|can't|unable to) (?:run|execute|exec)\S* .{0,40}(?:make|gcc|cc)\b|\b(?:make|gcc(?:-\d+)?|cc): (?:command )?not found|\b(?:make|gcc(?:-\d+)?|cc): No such file or directory/i;

const couldDoElsewhere =
  /Cannot allocate memory|Resource temporarily unavailable|Too many open files|internal compiler error|Killed signal|terminated by signal|Segmentation fault|Checking "[^"]+" failed with error|missing \S+ kernel\/module debuginfo/;

/** The compiler's own error, or SystemTap's word for a failed fourth pass. */
const doesNotCompile = /^\S+\.[ch]:\d+(?::\d+)?: (?:fatal )?error: |^Pass 4: compilation failed/m;
