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

export function blameFailedBuild({ exit, limit, log }: Pick<BuildAttempt, 'exit' | 'limit' | 'log'>): Fault {
  // stap was never begun, or nobody heard how it ended.
  if (exit === undefined) return 'host-is-out';
  // What a shell says of a program that is not there or cannot be executed.
  if (exit === 126 || exit === 127) return 'host-is-out';
  // It ended well, and yet the module is not what was asked for.
  if (exit === 0) return 'not-on-this-host';
  // stap catches the signal that stops it, and exits 1.
  if (limit === 'passed') return 'not-on-this-host';
  const words = withoutQuotations(log);
  if (lacksWhatAllNeed.test(words)) return 'host-is-out';
  // Killed (out of memory), or crashed.
  if (exit > 128 || couldDoElsewhere.test(words)) return 'not-on-this-host';
  if (doesNotCompile.test(words)) return 'compiler';
  // A compile server says in stap's words what is wrong with a script; the client only that nothing came of it.
  return serverFailed.test(words) && !refusesScript.test(words) ? 'not-on-this-host' : 'script';
}

/** The script's own lines, which may hold any words: as stap quotes them, and as gcc does those of C. */
function withoutQuotations(log: string): string {
  return log
    .split('\n')
    .filter(line => !/^\s*(?:source|saw|in expansion of macro): |^\s*\d* \| |\b(?:saw|near): /.test(line))
    .join('\n');
}

/** How strerror's words stand behind what they are about, as the C library's users print them. */
const lacksWhatAllNeed =
  /(?:^|: )(?:No space left on device|Disk quota exceeded|Read-only file system|Input\/output error)(?:\)|\.| \[|$)|^(?:couldn't|cannot|can't|unable to) (?:run|execute|exec)\S* .{0,40}(?:make|gcc|cc)\b|(?:^|: |\/)(?:make|gcc(?:-\d+)?|cc): (?:\d+: )?(?:command )?not found|(?:^|: |\/)(?:make|gcc(?:-\d+)?|cc): No such file or directory/im;

const couldDoElsewhere =
  /Cannot allocate memory|[Oo]ut of memory(?:$|\.| allocating)|virtual memory exhausted|std::bad_alloc|Resource temporarily unavailable|Too many open files|internal compiler error|Killed signal|terminated by signal|Segmentation fault|^Checking "[^"]+" failed with error|missing \S+ kernel\/module debuginfo/m;

/** The compiler's own error, or SystemTap's word for a failed fourth pass. */
const doesNotCompile = /^\S+\.[ch]:\d+(?::\d+)?: (?:fatal )?error: |^Pass 4: compilation failed/m;

/** `Passes: via server failed.  Try again with another '-v' option.` */
const serverFailed = /\bvia server failed\b/;

const refusesScript = /^(?:parse|semantic) error: /m;
