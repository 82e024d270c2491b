import type { Host } from '../../model/host.ts';
import { ok } from '../../model/result.ts';
import { startAs } from '../become.ts';
import type { Connection, ConnectionEnd, Transport } from '../transport.ts';
import { startProcess } from './start-process.ts';

/** Runs commands on this machine, without SSH and without a shell. */
export function createLocalTransport(): Transport {
  return {
    async connect(host, { signal }) {
      signal.throwIfAborted();
      return ok(openLocal(host));
    },
  };
}

function openLocal(host: Host): Connection {
  const { become } = host.connection;
  let settle: (end: ConnectionEnd) => void = () => undefined;
  const closed = new Promise<ConnectionEnd>(resolve => {
    settle = resolve;
  });
  const connection = new AbortController();
  return {
    closed,
    exec(argv, { signal, as }) {
      if (as === 'login-user' || become === undefined) return startProcess(argv, signal, connection.signal);
      return startAs(become, argv, (sudo, limit) => startProcess(sudo, limit, connection.signal), signal);
    },
    async [Symbol.asyncDispose]() {
      connection.abort(new Error('the connection was closed'));
      settle({ kind: 'closed-by-us' });
    },
  };
}
