import type { Become } from '../../model/host.ts';

/** What the two scripts below say, each on a line of its own on both outputs, and what sudo asks with. */
export function becomeWords(nonce: string): Readonly<Record<'begins' | 'missing' | 'runs' | 'asks', string>> {
  return { begins: `${nonce} begins\n`, missing: `${nonce} missing\n`, runs: `${nonce} runs\n`, asks: `${nonce}-asks` };
}

/**
 * Run by the login user. What a login shell's files print stands before `begins`, and is nobody's answer. The program
 * is to speak English, since its words are read; the command's own locale comes back once it runs, by a name that
 * sudo, su and doas hand on wherever they hand on LC_ALL itself (`env_check` in sudoers(5) has LC_*). Both scripts are one
 * line and no `.sh` file: a newline in a command line costs a process there, see `shellQuote`.
 */
const begin = [
  'echo "$1 begins"; echo "$1 begins" >&2',
  'command -v "$2" >/dev/null || { echo "$1 missing" >&2; exit 127; }',
  'LC_TAPBOOK=$LC_ALL; LC_ALL=C; export LC_TAPBOOK LC_ALL; shift; exec "$@"',
].join('; ');

/** Run by the user who was become. What that one's files and the program itself print stands before `runs`. */
const announce = [
  'case $LC_ALL in C) LC_ALL=$LC_TAPBOOK; [ -n "$LC_ALL" ] || unset LC_ALL ;; esac; unset LC_TAPBOOK',
  'echo "$1 runs"; echo "$1 runs" >&2; shift; exec "$@"',
].join('; ');

/**
 * The command line that runs a command as another user, as Ansible's become plugins write it, between our two scripts.
 * `quote` makes one shell line of a command: `su` takes no other form.
 */
export function becomeArgv(
  become: Become,
  nonce: string,
  argv: readonly [string, ...string[]],
  quote: (argv: readonly [string, ...string[]]) => string,
): readonly [string, ...string[]] {
  // By its whole path, as Ansible calls it: a rule of sudoers or doas.conf may name it so.
  const command: readonly [string, ...string[]] = ['/bin/sh', '-c', announce, 'sh', nonce, ...argv];
  return ['sh', '-c', begin, 'sh', nonce, ...programArgv(become, nonce, command, quote)];
}

function programArgv(
  { method, user, password, program = method, flags = [] }: Become,
  nonce: string,
  command: readonly [string, ...string[]],
  quote: (argv: readonly [string, ...string[]]) => string,
): readonly string[] {
  switch (method) {
    case 'sudo': {
      const asking = password === undefined ? ['-n'] : ['-S', '-p', becomeWords(nonce).asks];
      const others = password === undefined ? flags : flags.flatMap(withoutNonInteractive);
      const inner = flags.some(flag => asksForShell.test(flag)) ? withoutDollars(quote(command)) : command;
      return [program, ...asking, '-H', ...others, '-u', user, '--', ...inner];
    }
    case 'su':
      return [program, ...flags, user, '-c', quote(command)];
    case 'doas':
      // It reads a password from a terminal only, and there is none: `-n` makes it say so at once.
      return [program, '-n', ...flags, '-u', user, '--', ...command];
    default:
      return method satisfies never;
  }
}

/** `-i` and `-s`: then sudo puts a line together for the user's shell, in which it leaves each `$` as it is. */
const asksForShell = /^(?:-[A-Za-z]*[is]|--login|--shell)$/;

function withoutDollars(line: string): readonly string[] {
  const plain = line.replace(/[^\w ./=-]+/gu, other =>
    Array.from(Buffer.from(other), byte => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  );
  return ['/bin/sh', '-c', `eval "\`printf %b '${plain}'\`"`];
}

/** Such as `-Hn`: with a password at hand sudo may ask for it, whatever the flags for the other case say. */
function withoutNonInteractive(flag: string): readonly string[] {
  if (flag === '-n' || flag === '--non-interactive') return [];
  return [flag.replace(/^(-[AbEeHiKkPSs]*)n/, '$1')];
}
