import type { Host } from '../../model/host.ts';
import type { ModuleName } from '../../model/ids.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';

export interface Leftover {
  readonly module?: ModuleName;
  readonly folder?: string;
}

/** The command that removes what is left on a host, to be typed there by the login user. */
export function removalCommand(
  { module, folder }: Leftover,
  { connection: { become } }: Host,
  as: 'login-user' | 'become-user',
): string {
  const commands = [
    ...(module === undefined ? [] : [['staprun', '-d', module]]),
    ...(folder === undefined ? [] : [['rm', '-rf', '--', folder]]),
  ];
  const line = (prefix: readonly string[]): string =>
    commands.map(command => shellLine([...prefix, ...command])).join('; ');
  if (as === 'login-user' || become === undefined) return line([]);
  const { method, user, program = method } = become;
  if (method === 'su') return shellLine([program, user, '-c', line([])]);
  return line(user === 'root' ? [program] : [program, '-u', user]);
}
