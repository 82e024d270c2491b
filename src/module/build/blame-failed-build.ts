import type { BuildAttempt } from './build-module.ts';

/**
 * Where the fault of a failed build lies, which decides what is done next:
 *
 * - `host-is-out`: the build host is gone, or lacks what every build needs: others take over all of its builds
 * - `not-on-this-host`: it cannot make this module, or could not this time; another build host may
 * - `compiler`: SystemTap's C does not compile: a canary tells whether anything does
 * - `script`: stap refuses the script, and would do so anywhere
 */
export type Fault = 'host-is-out' | 'not-on-this-host' | 'compiler' | 'script';

export function blameFailedBuild({ exit, limit, log }: Pick<BuildAttempt, 'exit' | 'limit' | 'log'>): Fault {
  // stap was never begun, or its end was not reported.
  if (exit === undefined) return 'host-is-out';
  // A shell's exit codes for a program that is missing or cannot be executed.
  if (exit === 126 || exit === 127) return 'host-is-out';
  // stap succeeded, but the module is not what was planned.
  if (exit === 0) return 'not-on-this-host';
  // When it is stopped, stap catches the signal and exits 1.
  if (limit === 'passed') return 'not-on-this-host';
  const words = withoutQuotations(log);
  if (lacksWhatAllNeed.test(words)) return 'host-is-out';
  // Killed (out of memory), or crashed.
  if (exit > 128 || couldDoElsewhere.test(words)) return 'not-on-this-host';
  if (doesNotCompile.test(words)) return 'compiler';
  // A compile server prints stap's own messages about a script; the client adds only that the build failed.
  return serverFailed.test(words) && !refusesScript.test(words) ? 'not-on-this-host' : 'script';
}

/** Removes lines of the script that stap or gcc quotes, since they may hold any words. */
function withoutQuotations(log: string): string {
  return log
    .split('\n')
    .filter(line => !/^\s*(?:source|saw|in expansion of macro): |^\s*\d* \| |\b(?:saw|near): /.test(line))
    .join('\n');
}

/** strerror's texts after a colon, as programs print them, and what shells print of missing tools. */
const lacksWhatAllNeed =
  /(?:^|: )(?:No space left on device|Disk quota exceeded|Read-only file system|Input\/output error)(?:\)|\.| \[|$)|^(?:couldn't|cannot|can't|unable to) (?:run|execute|exec)\S* .{0,40}(?:make|gcc|cc)\b|(?:^|: |\/)(?:make|gcc(?:-\d+)?|cc): (?:\d+: )?(?:command )?not found|(?:^|: |\/)(?:make|gcc(?:-\d+)?|cc): No such file or directory/im;

const couldDoElsewhere =
  /Cannot allocate memory|[Oo]ut of memory(?:$|\.| allocating)|virtual memory exhausted|std::bad_alloc|Resource temporarily unavailable|Too many open files|internal compiler error|Killed signal|terminated by signal|Segmentation fault|^Checking "[^"]+" failed with error|missing \S+ kernel\/module debuginfo|^tapbook: no such file on the build host: |^tapbook: no sysroot: |^semantic error: (?:cannot find executable '|glob \S+ error \(3\)$)/m;

/** The compiler's own error, or SystemTap's message for a failed pass 4. */
const doesNotCompile = /^\S+\.[ch]:\d+(?::\d+)?: (?:fatal )?error: |^Pass 4: compilation failed/m;

/** `Passes: via server failed.  Try again with another '-v' option.` */
const serverFailed = /\bvia server failed\b/;

const refusesScript = /^(?:parse|semantic) error: /m;
