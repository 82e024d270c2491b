import type { Host } from '../../model/host.ts';
import { ok } from '../../model/result.ts';
import { deferred } from '../../process/deferred.ts';
import { type DescriptorBudget, endlessDescriptors } from '../../process/descriptor-budget.ts';
import { startFor } from '../become/become.ts';
import type { SshTransportOptions } from '../ssh/keys/questions.ts';
import type { Connection, ConnectionEnd, Transport } from '../transport.ts';
import { startProcess } from './start-process.ts';

type LocalOptions = Pick<SshTransportOptions, 'descriptors'>;

/** The descriptors of a command: its input and its two outputs. */
const pipes = 3;

/** Runs commands on this machine, without SSH and without a shell. */
export function createLocalTransport({ descriptors = endlessDescriptors }: LocalOptions = {}): Transport {
  return {
    async connect(host, { signal }) {
      signal.throwIfAborted();
      return ok(openLocal(host, descriptors));
    },
    descriptorsFor: () => pipes,
  };
}

function openLocal(host: Host, descriptors: DescriptorBudget): Connection {
  const closed = deferred<ConnectionEnd>();
  const connection = new AbortController();
  return {
    closed: closed.promise,
    exec(argv, options) {
      return startFor(
        host,
        argv,
        async (command, limit) => {
          // Its limits run already: it must not wait for hosts that run for hours.
          const claim = descriptors.take(pipes);
          const started = await startProcess(command, limit, connection.signal);
          if (started.ok) void started.value.exit.then(claim.release);
          else claim.release();
          return started;
        },
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
