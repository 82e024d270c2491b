/**
 * Each thing that `tapbook check` says about scripts, by reading them or by what stap says of them: the reference is made of
 * this table. The severity `both`: an error where it is certain, else a warning; `info`: nothing
 * is to be mended. The meaning is Markdown.
 */
export const lintRules = {
  unclosed: { severity: 'error', meaning: 'A `(`, `[`, `{`, `"` or `%{` is never closed.' },
  unopened: { severity: 'error', meaning: 'A `)`, `]` or `}` closes nothing.' },
  'stray-character': {
    severity: 'error',
    meaning: 'A character that is not ASCII stands outside of strings and comments: a byte order mark, a curly quote.',
  },
  'no-probe': { severity: 'error', meaning: 'The script is empty, or has functions and globals only.' },
  'header-options': {
    severity: 'warning',
    meaning:
      "The first line or the header's comments call stap with options that the playbook does not have: `-g`, `-D`; `-d`, `--ldd`.",
  },
  'unknown-name': {
    severity: 'warning',
    meaning:
      'A probe point or a function that neither the script nor the library of SystemTap 2.4 to 5.6 has, and that is almost one of theirs. Others are left to `--stap` and the build: other tapsets may have them.',
  },
  'unknown-global': {
    severity: 'error',
    meaning:
      '`globals` names a global that the script does not have. If the script takes `$1` instead, that is proposed.',
  },
  'global-not-scalar': { severity: 'error', meaning: 'An array or an aggregate cannot be set from outside.' },
  'global-private': { severity: 'error', meaning: 'A `private` global cannot be set from outside.' },
  'unused-global': {
    severity: 'error',
    meaning: 'Nothing uses the global. stap leaves it out, so it is no parameter of the module.',
  },
  'not-a-number': {
    severity: 'error',
    meaning: 'The global starts as a number. The value is not a number, has a leading 0, or does not fit into 64 bits.',
  },
  'too-long': {
    severity: 'error',
    meaning: 'The text is longer than a string of SystemTap (127 bytes, or `MAXSTRINGLEN` - 1).',
  },
  'global-set-in-begin': { severity: 'warning', meaning: '`probe begin` overwrites what the playbook sets.' },
  'global-in-probe-point': {
    severity: 'error',
    meaning: '`timer.s(interval)`: only a literal may stand there. Write `$1` and `args`.',
  },
  'not-a-literal': {
    severity: 'error',
    meaning:
      'Another name, nothing or no whole number stands in a probe point or as the first value of a global, or a text where a timer wants a number.',
  },
  'bad-interval': { severity: 'error', meaning: 'A timer of less than 100 µs (or of 0), or of more than a day.' },
  'no-program': {
    severity: 'error',
    meaning: '`process.function` without a path: stap wants `-c` or `-x` with it, which a build does not have.',
  },
  'program-path': {
    severity: 'both',
    meaning:
      'A program or library of a probe is named by a relative path, with `~`, `$HOME` or a template in it, or not at all; or it is a folder. A warning where the probe may come to nothing, as with `?`, and with `sysroot`.',
  },
  'program-by-name': {
    severity: 'warning',
    meaning:
      '`process("postgres")`: stap looks for the program along the PATH of the build host, which need not be what the targets run. Or it takes the name for a build-id, or a build-id for a name.',
  },
  'program-place': {
    severity: 'warning',
    meaning:
      'A program in `/proc`, in a home directory or in a place for temporary files, or one named by the number of a process.',
  },
  'program-unsure': {
    severity: 'info',
    meaning:
      'Only the build shows which files are probed: a wildcard, a library without a path, a tapset that probes programs (Python, Java …), `debuginfod`. `check` alone tells it.',
  },
  'mark-name': {
    severity: 'warning',
    meaning:
      'A marker that the program does not have, and that is almost one of its own; or another provider. Known are those of PostgreSQL, and that `_` alone is never in those of MySQL, PHP, Perl, Ruby, Python and the JVM. stap takes `-` for `__`.',
  },
  'missing-arg': { severity: 'error', meaning: 'The script uses an argument that `args` does not have.' },
  'unused-arg': {
    severity: 'warning',
    meaning: 'The script never uses the argument. If it has a global instead, that is proposed.',
  },
  'wrong-arg': {
    severity: 'both',
    meaning:
      '`$1` pastes a text as code where a literal has to stand (error), or where only an existing name can (warning).',
  },
  'long-arg': { severity: 'warning', meaning: '`@1` is cut off at the length of a string.' },
  'bad-number': {
    severity: 'error',
    meaning: 'A malformed number (`5x`, `08`), a fraction (`0.5`), or one that is larger than 64 bits.',
  },
  'number-wraps': { severity: 'warning', meaning: 'A decimal number that becomes negative.' },
  'no-exit': { severity: 'error', meaning: '`until_exit` is set, and nothing ends the script.' },
  'limit-too-short': {
    severity: 'warning',
    meaning: 'The limit of `until_exit` is over before the first timer that calls `exit()`.',
  },
  'exits-early': { severity: 'warning', meaning: 'A timer calls `exit()` before `duration` is over.' },
  'guru-needed': {
    severity: 'both',
    meaning:
      'The script has embedded C, `@const`, `@kderef` or `@kregister`, or assigns a `$variable` of what it traces, without `guru`. A warning if some of `kernels` set it, or if it stands in a branch of the preprocessor that may be taken.',
  },
  'no-variable': {
    severity: 'both',
    meaning:
      'A `$variable` where there is none (in a timer, `begin` or `end`), or one that not even `guru` can assign. A warning if it is only read.',
  },
  'count-variable': {
    severity: 'warning',
    meaning: '`$count`, `$fd` or another parameter of a syscall probe, and a kernel from 4.17 on is possible.',
  },
  'kernel-module-name': {
    severity: 'warning',
    meaning: 'The kernel has a module of that name: staprun would take it for this one.',
  },
  'shell-command': { severity: 'warning', meaning: '`system()` runs a shell command on every target.' },
  'no-target-process': {
    severity: 'warning',
    meaning: 'The script compares with `target()`, and no `target_process` of the playbook says which process that is.',
  },
  'unused-target-process': {
    severity: 'warning',
    meaning: '`target_process` is given, and neither `target()` nor a probe of user space depends on it.',
  },
  'open-line': { severity: 'warning', meaning: 'The last output of a probe does not end its line.' },
  'stap-refuses': { severity: 'error', meaning: '`--stap`: the stap of this machine refuses the script.' },
  'stap-warns': {
    severity: 'warning',
    meaning: '`--stap`: the stap of this machine warns, or only a kernel could tell.',
  },
  'stap-failed': { severity: 'error', meaning: '`--stap`: stap could not be run, or took longer than 120 s.' },
  'not-checked': {
    severity: 'warning',
    meaning:
      '`--stap`: what stap could not look at, because no kernel tree is at hand or because templates stand in `args`.',
  },
  'no-stap': { severity: 'error', meaning: '`--stap`: this machine has no stap, or not at `--stap-path`.' },
} as const;

export type LintCode = keyof typeof lintRules;
