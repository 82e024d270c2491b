import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { deferred } from '../../process/deferred.ts';
import { type DescriptorBudget, endlessDescriptors } from '../../process/descriptor-budget.ts';
import { onAbort } from '../../process/on-abort.ts';
import type {
  ConnectFailure,
  Connection,
  ConnectionStage,
  ConnectLimits,
  Transport,
} from '../../transport/transport.ts';
import { countThatFit } from './count-that-fit.ts';
import { createRestingConnection, type RestingConnection } from './resting-connection.ts';
import { trackSpares } from './track-spares.ts';

/**
 * The open connections of a run: one for each host, opened when first wanted, all closed at the end. Where there are more hosts than
 * descriptors, those that nobody holds and over which no command runs are closed to make room, the one first whose turn is farthest;
 * `open`, and a command, make them again.
 */
export interface Fleet extends AsyncDisposable {
  /**
   * Resolves to the same connection for every call, until it is lost: then the next call connects again. A host that
   * could not be reached is not dialled again before `forget`. Throws only when `signal` has fired.
   */
  open(host: Host): Promise<Result<Connection, Failure>>;
  /** Until it is disposed of, the host's connection is not closed to make room. */
  hold(host: HostName): Disposable;
  /** How many of these hosts can be connected to at a time, all of them if need be, and the limit of open files that says so. */
  room(hosts: readonly Host[]): Room;
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

export interface Room {
  readonly hosts: number;
  /** Absent where no limit is known. */
  readonly openFiles?: number;
}

export interface Unreached {
  readonly retries: number;
  /** `here`: this machine could open no connection. */
  readonly fault: 'there' | 'here';
  /** `no-use`: it would fail in the same way. */
  readonly again: 'may-help' | 'no-use';
}

export function createFleet(
  transport: Transport,
  limits: ConnectLimits,
  signal: AbortSignal,
  descriptors: DescriptorBudget = endlessDescriptors,
): Fleet {
  const closing = new AbortController();
  const forgetStop = onAbort(signal, () => closing.abort(signal.reason));
  if (signal.aborted) closing.abort(signal.reason);
  const spares = trackSpares();
  const lender = descriptors.lend(spares.next);
  const connections = new Map<HostName, Promise<Result<Connection, Failure>>>();
  const lost: Promise<Result<Connection, Failure>>[] = [];
  const unreached = new Map<HostName, Unreached>();
  const retries = new Map<HostName, number>();
  const stages = new Map<HostName, ConnectionStages>();
  const connect = async (host: Host): Promise<Result<Connection, Failure>> => {
    const stage = newStages();
    stages.set(host.name, stage);
    const connected = await transport.connect(host, { signal: closing.signal, limits, onStage: stage.reach });
    if (connected.ok) {
      retries.delete(host.name);
      return connected;
    }
    const { kind } = connected.error;
    const again = transientFailures.has(kind) ? 'may-help' : 'no-use';
    const fault = kind === 'out-of-files' ? 'here' : 'there';
    unreached.set(host.name, { retries: retries.get(host.name) ?? 0, again, fault });
    return err(failureAt('connect', connected.error));
  };
  const connectFirst = async (host: Host): Promise<Result<Connection, Failure>> => {
    const connected = await connect(host);
    if (!connected.ok) return connected;
    const options = { reopen: () => connect(host), onIdle: lender.offer };
    const resting = createRestingConnection(connected.value, options);
    spares.add(host.name, resting);
    lender.offer();
    return ok(resting.connection);
  };
  const wake = async (host: HostName, resting: RestingConnection): Promise<Result<Connection, Failure>> => {
    const awake = await resting.wake();
    if (awake.ok) return ok(resting.connection);
    const known = unreached.get(host);
    unreached.set(host, known ?? { retries: retries.get(host) ?? 0, again: 'no-use', fault: 'there' });
    return awake;
  };
  const keep = (host: Host, opened: Promise<Result<Connection, Failure>>): Promise<Result<Connection, Failure>> => {
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
    open(host) {
      spares.turn(host.name);
      const known = connections.get(host.name);
      if (known === undefined) return keep(host, connectFirst(host));
      const resting = spares.resting(host.name);
      return resting === undefined ? known : keep(host, wake(host.name, resting));
    },
    hold(host) {
      const release = spares.hold(host);
      return {
        [Symbol.dispose]() {
          release();
          lender.offer();
        },
      };
    },
    room: hosts => ({
      hosts: countThatFit(
        hosts.map(host => transport.descriptorsFor?.(host) ?? 0),
        descriptors.room,
      ),
      ...optional('openFiles', descriptors.limit),
    }),
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
      const waited = { signal, limits: { ...limits, connect: limitMs }, room: 'not-waited-for' } as const;
      const connected = await transport.connect(again, waited);
      return connected.ok ? connected : err(failureAt('connect', connected.error));
    },
    async [Symbol.asyncDispose]() {
      lender.end();
      forgetStop();
      // What waits for room would wait for what is closed below.
      closing.abort(new DOMException('the run is over', 'AbortError'));
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
  'out-of-files',
]);
