import { err, ok, type Result } from '../../model/result.ts';
import type { ExecFailure } from '../transport.ts';
import { shellQuote } from './shell-quote.ts';

/** The longest argument that Linux takes (MAX_ARG_STRLEN, with the NUL behind it): sshd hands the line on as one. */
const maxLineBytes = 131_071;

/** A command as one line for sshd to hand to the login shell; a longer one than it could hand on is refused. */
export function commandLine(argv: readonly [string, ...string[]]): Result<string, ExecFailure> {
  const line = shellQuote(argv);
  const bytes = Buffer.byteLength(line);
  if (bytes <= maxLineBytes) return ok(line);
  return err({ kind: 'refused', cause: `the command line is too long: ${bytes} of at most ${maxLineBytes} bytes` });
}
