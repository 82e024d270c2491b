import type { ConnectionSettings } from '../model/host.ts';
import type { Transport } from './transport.ts';

/** Sends each host to the adapter for its kind of connection. */
export function routeTransport(adapters: Readonly<Record<ConnectionSettings['kind'], Transport>>): Transport {
  return {
    connect(host, options) {
      return adapters[host.connection.kind].connect(host, options);
    },
  };
}
