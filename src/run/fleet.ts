import type { Host } from '../model/host.ts';
import type { HostName } from '../model/ids.ts';
import { type Failure, failureAt } from '../model/outcome.ts';
import { err, type Result } from '../model/result.ts';
import type { Connection, ConnectLimits, Transport } from '../transport/transport.ts';

/** The open connections of a run: one for each host, opened when first wanted, all closed at the end. */
export interface Fleet extends AsyncDisposable {
  /** The same connection for each call, also for calls at the same time. Throws only when `signal` has fired. */
  open(host: Host): Promise<Result<Connection, Failure>>;
  /** Another connection, the caller's own, within `limitMs`: to see whether a host that is lost comes back. Throws as `open` does. */
  openAgain(host: Host, limitMs: number): Promise<Result<Connection, Failure>>;
}

export function gatherFleet(transport: Transport, limits: ConnectLimits, signal: AbortSignal): Fleet {
  const connections = new Map<HostName, Promise<Result<Connection, Failure>>>();
  const connect = async (host: Host, connectMs: number): Promise<Result<Connection, Failure>> => {
    const connected = await transport.connect(host, { signal, limits: { ...limits, connect: connectMs } });
    if (connected.ok) return connected;
    return err(failureAt('connect', connected.error));
  };
  return {
    open(host) {
      const open = connections.get(host.name) ?? connect(host, limits.connect);
      connections.set(host.name, open);
      return open;
    },
    openAgain: (host, limitMs) => connect(host, Math.min(limitMs, limits.connect)),
    async [Symbol.asyncDispose]() {
      const settled = await Promise.allSettled(connections.values());
      connections.clear();
      await Promise.allSettled(
        settled.map(async one => {
          if (one.status === 'fulfilled' && one.value.ok) await one.value.value[Symbol.asyncDispose]();
        }),
      );
    },
  };
}
