import type { ConnectionKind, Host } from '../model/host.ts';
import { adapters } from './adapters.ts';
import type { SshTransportOptions } from './ssh/keys/questions.ts';
import type { Transport } from './transport.ts';

/** Sends each host to the adapter for its kind of connection, which is made when the first host of that kind comes. */
export function routeTransport(options: SshTransportOptions = {}): Transport {
  const made: Partial<Record<ConnectionKind, Transport>> = {};
  const adapterFor = ({ connection: { kind } }: Host): Transport => {
    made[kind] ??= adapters[kind](options);
    return made[kind];
  };
  return {
    connect: async (host, connectOptions) => adapterFor(host).connect(host, connectOptions),
    descriptorsFor: host => adapterFor(host).descriptorsFor?.(host) ?? 0,
  };
}
