import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import { err, type Result } from '../../model/result.ts';
import { deferred } from '../../process/deferred.ts';
import type {
  ConnectFailure,
  Connection,
  ConnectionStage,
  ConnectLimits,
  Transport,
} from '../../transport/transport.ts';

/** The open connections of a run: one for each host, opened when first wanted, all closed at the end. */
export interface Fleet extends AsyncDisposable {
  /**
   * Resolves to the same connection for every call, until it is lost: then the next call connects again. A host that
   * could not be reached is not dialled again before `forget`. Throws only when `signal` has fired.
   */
  open(host: Host): Promise<Result<Connection, Failure>>;
  /** Resolves when the current `open` has come to that stage or has ended, whichever way. */
  reaches(host: HostName, stage: ConnectionStage): Promise<void>;
  /**
   * Opens a second connection, which the caller owns, within `limitMs`: to see whether a lost host is back. It does not
   * count as a try of `open`. Throws as `open` does.
   */
  openAgain(host: Host, limitMs: number): Promise<Result<Connection, Failure>>;
  /** What is known of a host that could not be reached. */
  unreached(host: HostName): Unreached | undefined;
  /** Lets the next `open` dial a host again that could not be reached. */
  forget(host: HostName): void;
}

export interface Unreached {
  readonly retries: number;
  /** `no-use`: it would fail in the same way. */
  readonly again: 'may-help' | 'no-use';
}

export function createFleet(transport: Transport, limits: ConnectLimits, signal: AbortSignal): Fleet {
  const connections = new Map<HostName, Promise<Result<Connection, Failure>>>();
  const lost: Promise<Result<Connection, Failure>>[] = [];
  const unreached = new Map<HostName, Unreached>();
  const retries = new Map<HostName, number>();
  const stages = new Map<HostName, ConnectionStages>();
  const connect = async (host: Host): Promise<Result<Connection, Failure>> => {
    const stage = newStages();
    stages.set(host.name, stage);
    const connected = await transport.connect(host, { signal, limits, onStage: stage.reach });
    if (connected.ok) {
      retries.delete(host.name);
      return connected;
    }
    const again = transientFailures.has(connected.error.kind) ? 'may-help' : 'no-use';
    unreached.set(host.name, { retries: retries.get(host.name) ?? 0, again });
    return err(failureAt('connect', connected.error));
  };
  const keep = (host: Host): Promise<Result<Connection, Failure>> => {
    const opened = connect(host);
    connections.set(host.name, opened);
    const dropWhenLost = async (): Promise<void> => {
      const connected = await opened;
      if (!connected.ok || (await connected.value.closed).kind !== 'lost') return;
      // Disposed of only at the end: its readers still have to learn how it was lost.
      lost.push(opened);
      if (connections.get(host.name) === opened) connections.delete(host.name);
    };
    // The caller of `open` gets what is thrown.
    dropWhenLost().catch(() => undefined);
    return opened;
  };
  return {
    open: host => connections.get(host.name) ?? keep(host),
    async reaches(host, stage) {
      await Promise.race([stages.get(host)?.[stage], connections.get(host)]).catch(() => undefined);
    },
    unreached: host => unreached.get(host),
    forget(host) {
      if (!unreached.delete(host)) return;
      connections.delete(host);
      retries.set(host, (retries.get(host) ?? 0) + 1);
    },
    async openAgain(host, limitMs) {
      // Whatever the inventory says of the first connection.
      const waits = { ...host.connection.limits, connectSeconds: Math.ceil(limitMs / 1000) };
      const again = { ...host, connection: { ...host.connection, limits: waits } };
      const connected = await transport.connect(again, { signal, limits: { ...limits, connect: limitMs } });
      return connected.ok ? connected : err(failureAt('connect', connected.error));
    },
    async [Symbol.asyncDispose]() {
      const settled = await Promise.allSettled([...connections.values(), ...lost]);
      connections.clear();
      await Promise.allSettled(
        settled.map(async one => {
          if (one.status === 'fulfilled' && one.value.ok) await one.value.value[Symbol.asyncDispose]();
        }),
      );
    },
  };
}

type ConnectionStages = Readonly<Record<ConnectionStage, Promise<void>>> & {
  readonly reach: (stage: ConnectionStage) => void;
};

function newStages(): ConnectionStages {
  const stages = { answered: deferred(), 'logging-in': deferred() };
  return {
    answered: stages.answered.promise,
    'logging-in': stages['logging-in'].promise,
    reach: stage => stages[stage].resolve(),
  };
}

/** A wrong key stays wrong, and a server that counts logins would shut us out. */
const transientFailures = new Set<ConnectFailure['kind']>([
  'name-not-found',
  'refused',
  'no-route',
  'timed-out',
  'dropped',
]);
