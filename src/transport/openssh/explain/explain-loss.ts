import type { SshLog } from './parse-ssh-log.ts';

/** Why a connection that was up has ended. */
export function explainLoss({ words }: SshLog): string {
  const said = words.join('\n');
  if (/^Timeout, server .* not responding/m.test(said)) return 'the host stopped answering (keepalive)';
  const disconnect = /^Received disconnect from .*? port \d+:\d+: (.+)/m.exec(said)?.[1];
  if (disconnect !== undefined) return `the host ended the connection: ${disconnect}`;
  if (/Connection reset/.test(said)) return 'the host reset the connection';
  if (/closed by remote host|^Connection closed by|^Disconnected from|Broken pipe/m.test(said))
    return 'the host closed the connection';
  return words.length === 0 ? 'ssh has ended' : `the connection was lost: ${words.at(-1)}`;
}
