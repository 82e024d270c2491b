import type { Become } from '../model/host.ts';
import type { ExecFailure } from './transport.ts';

/** What sudo (or the shell that found none) printed when it would not run a command, as a cause and what mends it. */
export function explainSudo({ user, password }: Become, text: string): ExecFailure {
  const because = (why: string, cure?: string): ExecFailure => ({
    kind: 'become',
    cause: `cannot become ${user}: ${why}`,
    ...(cure === undefined ? {} : { cure }),
  });
  const said = lastLineOf(text);
  if (/not found|not installed|unknown command/i.test(text)) {
    return because('sudo is not installed', 'install sudo, or connect as that user');
  }
  if (/try again|incorrect password|no password was provided/i.test(text)) {
    return because('sudo refuses the password', 'check ansible_become_password, or ask for it with -K');
  }
  if (/password is required|terminal is required|no tty present/i.test(text) && password === undefined) {
    return because('sudo asks for a password', 'give it (-K, ansible_become_password), or allow NOPASSWD in sudoers');
  }
  if (/unknown user/i.test(text)) return because('there is no such user', 'check ansible_become_user');
  if (/must have a tty/i.test(text)) return because(said, 'set Defaults !requiretty for this user in sudoers');
  if (/not in the sudoers|not allowed|may not run/i.test(text)) {
    return because(said, `allow this user to run sh as ${user} in sudoers`);
  }
  return because(said === '' ? 'sudo ended without a word' : said);
}

/** The last line that says something: text from a remote host, so of bounded length and without control characters. */
export function lastLineOf(text: string): string {
  const lines = text.split('\n').map(line => line.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').trim());
  return (lines.findLast(line => line !== '') ?? '').slice(0, 300);
}
