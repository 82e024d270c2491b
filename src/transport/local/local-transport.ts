import type { Host } from '../../model/host.ts';
import { ok } from '../../model/result.ts';
import { startFor } from '../become/become.ts';
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
  let settle: (end: ConnectionEnd) => void = () => undefined;
  const closed = new Promise<ConnectionEnd>(resolve => {
    settle = resolve;
  });
  const connection = new AbortController();
  return {
    closed,
    exec(argv, options) {
      return startFor(host, argv, (command, limit) => startProcess(command, limit, connection.signal), options);
    },
    async [Symbol.asyncDispose]() {
      connection.abort(new Error('the connection was closed'));
      settle({ kind: 'closed-by-us' });
    },
  };
}
