import type { Socket } from 'node:net';
import type { Client } from 'ssh2';
import type { Host } from '../../model/host.ts';
import { startAs } from '../become.ts';
import type { Connection, ConnectionEnd } from '../transport.ts';
import { startCommand } from './start-command.ts';

/** How long a server may take to close the connection, in milliseconds. */
const closeLimitMs = 1_000;

/** A client that is ready, and the socket under it, as the port has it. */
export function wrapClient(client: Client, socket: Socket, host: Host): Connection {
  const { become } = host.connection;
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
  const server = { client, whyLost: () => (isEnding ? 'the connection was closed by us' : cause) };
  return {
    closed,
    async exec(argv, { signal, as }) {
      if (as === 'login-user' || become === undefined) return startCommand(server, argv, signal);
      return startAs(become, argv, (sudo, limit) => startCommand(server, sudo, limit), signal);
    },
    async [Symbol.asyncDispose]() {
      isEnding = true;
      client.end();
      // Not client.destroy(): that one does nothing once end() was called.
      const timer = setTimeout(() => socket.destroy(), closeLimitMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function lossOf(error: Error & { readonly level?: string; readonly code?: unknown }): string {
  if (error.level === 'client-timeout') return 'the host stopped answering (keepalive)';
  if (error.code === 'ECONNRESET') return 'the host reset the connection';
  return `the connection was lost: ${error.message}`;
}
