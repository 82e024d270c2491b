import { commandLimitMs, type Host } from '../../../model/host.ts';
import { optional } from '../../../model/optional.ts';
import { printableLine } from '../../../model/printable-text.ts';
import { startFor } from '../../become/become.ts';
import type { Connection, ConnectionEnd } from '../../transport.ts';
import type { LoggedIn } from './log-in.ts';
import { startCommand } from './start-command.ts';

/** How long a server may take to close the connection, in milliseconds. */
const closeLimitMs = 1_000;

/** A client as the port has it; `release` is called when it is closed. */
export function wrapClient(
  { client, socket, identity, hostKey }: LoggedIn,
  host: Host,
  release: () => Promise<void>,
): Connection {
  // Each channel listens for the end.
  client.setMaxListeners(0);
  let isEnding = false;
  let cause = 'the host closed the connection';
  const closed = new Promise<ConnectionEnd>(resolve => {
    client.on('error', error => {
      cause = lossOf(error);
    });
    client.once('close', () => resolve(isEnding ? { kind: 'closed-by-us' } : { kind: 'lost', cause }));
  });
  const server = {
    client,
    whyLost: () => (isEnding ? 'the connection was closed by us' : cause),
    startLimitMs: commandLimitMs(host),
  };
  return {
    closed,
    ...optional('hostKey', hostKey),
    exec(argv, options) {
      return startFor(host, argv, (command, limit) => startCommand(server, command, limit), options, identity);
    },
    async [Symbol.asyncDispose]() {
      isEnding = true;
      await closeClient({ client, socket }, closed);
      await release();
    },
  };
}

/** Says goodbye, and closes what lies under the client if the server does not answer to that. */
export async function closeClient(
  { client, socket }: Pick<LoggedIn, 'client' | 'socket'>,
  closed: Promise<unknown>,
): Promise<void> {
  client.end();
  // Not client.destroy(): that one does nothing once end() was called.
  const timer = setTimeout(() => socket.destroy(), closeLimitMs);
  await closed;
  clearTimeout(timer);
}

function lossOf(error: Error & { readonly level?: string; readonly code?: unknown }): string {
  if (error.level === 'client-timeout') return 'the host stopped answering (keepalive)';
  if (error.code === 'ECONNRESET') return 'the host reset the connection';
  if (error.message.startsWith('Host denied')) return 'the server has shown another host key than at login';
  return `the connection was lost: ${printableLine(error.message, 500)}`;
}
