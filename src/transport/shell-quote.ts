/**
 * Writes a command for a remote login shell so that every argument arrives as it is. This is the only place where a
 * shell line is made. Single quotes are read alike by sh, bash, dash, busybox ash, ksh and zsh; csh needs the newlines
 * and `!` escaped that the others would keep the backslash of, so a csh login shell is not supported for them.
 *
 * Throws for an argument with a NUL byte: no process can be given one.
 */
export function shellQuote(argv: readonly string[]): string {
  return argv.map(quoteOne).join(' ');
}

function quoteOne(argument: string): string {
  if (argument.includes('\0')) throw new TypeError('an argument cannot hold a NUL byte');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
