import { randomBytes } from 'node:crypto';
import type { Become } from '../model/host.ts';
import type { ExecOptions } from './transport.ts';

/** What is really run, and what has to be written to its standard input before anything else. */
export interface PreparedCommand {
  readonly argv: readonly [string, ...string[]];
  readonly firstInput: string;
}

/**
 * Puts sudo before a command that is to run as another user (`man sudo`). The password goes through standard input,
 * never into the arguments, where `ps` would show it.
 */
export function prepareCommand(
  argv: readonly [string, ...string[]],
  as: ExecOptions['as'],
  become: Become | undefined,
): PreparedCommand {
  if (as === 'login-user' || become === undefined) return { argv, firstInput: '' };
  const { user, password } = become;
  if (password === undefined) return { argv: ['sudo', '-n', '-H', '-u', user, '--', ...argv], firstInput: '' };
  // sudo reads the password only if its rules want one: what is before the mark is thrown away on the other side.
  const mark = randomBytes(12).toString('hex');
  const skip = 'mark=$1; shift; while IFS= read -r line && [ "$line" != "$mark" ]; do :; done; exec "$@"';
  return {
    argv: ['sudo', '-S', '-p', '', '-H', '-u', user, '--', 'sh', '-c', skip, 'sh', mark, ...argv],
    firstInput: `${password.reveal()}\n${mark}\n`,
  };
}
