import type { PlannedBuild } from '../../model/plan.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Connection } from '../../transport/transport.ts';
import { absentMark } from '../stap/absent-mark.ts';
import { unmatchedPrograms } from '../stap/unmatched-programs.ts';
import { listAbsentScript } from './list-absent.generated.ts';

/**
 * Asks a build host about the programs in which a failed build found nothing, since stap does not tell a program that is not
 * there from one without the function. Returns lines for the build's log. Nothing where the question fails.
 */
export async function nameAbsentPrograms(
  log: string,
  { args, options }: Pick<PlannedBuild, 'args' | 'options'>,
  { connection, signal }: { readonly connection: Connection; readonly signal: AbortSignal },
): Promise<string> {
  const paths = unmatchedPrograms(log, args);
  if (paths.length === 0) return '';
  const argv = ['sh', '-c', listAbsentScript, 'tapbook-absent', options.sysroot ?? '', ...paths] as const;
  const asked = await runCommand(connection, argv, { signal, as: 'login-user', ...limits });
  if (!asked.ok) return '';
  const absent = asked.value.stdout.split('\n').filter(path => paths.includes(path));
  return absent.map(path => `${absentMark}${options.sysroot ?? ''}${path}\n`).join('');
}

const limits = { limitMs: 10_000, maxOutputBytes: 100_000 };
