import type { Host } from '../../model/host.ts';
import { ok } from '../../model/result.ts';
import { deferred } from '../../process/deferred.ts';
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
  const closed = deferred<ConnectionEnd>();
  const connection = new AbortController();
  return {
    closed: closed.promise,
    exec(argv, options) {
      return startFor(
        host,
        argv,
        (command, limit) => startProcess(command, limit, connection.signal),
        options,
        'known',
      );
    },
    async [Symbol.asyncDispose]() {
      connection.abort(new Error('the connection was closed'));
      closed.resolve({ kind: 'closed-by-us' });
    },
  };
}
