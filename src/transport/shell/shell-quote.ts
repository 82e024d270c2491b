/**
 * Writes a command for a remote login shell so that every argument arrives as it is. This is the only place where a
 * shell line is made. It is read alike by sh, bash, dash, busybox ash, ksh, zsh, csh, tcsh and fish, since the login
 * shell of the account is whatever its owner likes.
 *
 * Throws for an argument with a NUL byte: no process can be given one.
 */
export function shellQuote(argv: readonly [string, ...string[]]): string {
  if (argv.some(argument => argument.includes('\0'))) throw new TypeError('an argument cannot hold a NUL byte');
  // `exec`: without a shell in between, the command's end by a signal is seen as one.
  if (!argv.some(argument => differsBetweenShells.test(argument))) return `exec ${argv.map(quoteForSh).join(' ')}`;
  return `exec sh -c 'eval "exec $(printf %b "$1")"' sh '${argv.map(encodeQuoted).join(' ')}'`;
}

/** The same as a line of a POSIX sh script, which a person reads and sh runs. */
export function shellLine(argv: readonly string[]): string {
  if (argv.some(argument => argument.includes('\0'))) throw new TypeError('an argument cannot hold a NUL byte');
  // Behind the first word an `=` is nothing special.
  return argv
    .map((word, index) => (index > 0 && /^[\w./-][\w./:,@%+=-]*$/.test(word) ? word : quoteForSh(word)))
    .join(' ');
}

/**
 * What single quotes do not keep everywhere: csh wants a backslash before `!` and newlines, fish drops one before
 * another or a quote, and some mangle what is not ASCII or not printable.
 */
const differsBetweenShells = /[^\x20-\x7e]|['\\!]/;

function quoteForSh(argument: string): string {
  if (/^[A-Za-z0-9_./-][A-Za-z0-9_./:,@%+-]*$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** An argument as `sh` reads it, for `printf %b`. Our scripts go to every host: each is encoded once. */
function encodeQuoted(argument: string): string {
  if (argument.length < longArgument) return encodeForPrintf(quoteForSh(argument));
  const encoded = encodedBefore.get(argument) ?? encodeForPrintf(quoteForSh(argument));
  if (encodedBefore.size < mostRemembered) encodedBefore.set(argument, encoded);
  return encoded;
}

const encodedBefore = new Map<string, string>();
const longArgument = 1000;
const mostRemembered = 16;

/** For `printf %b`: octal escapes of the bytes of what differs. */
function encodeForPrintf(text: string): string {
  return text.replace(/(?:[^\x20-\x7e]|['\\!])+/gu, other =>
    Array.from(Buffer.from(other), byte => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}
