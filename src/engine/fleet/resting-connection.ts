import { optional } from '../../model/optional.ts';
import type { Failure } from '../../model/outcome.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { deferred } from '../../process/deferred.ts';
import type { Spare } from '../../process/descriptor-budget.ts';
import type { Connection, ConnectionEnd } from '../../transport/transport.ts';

/** A host's connection over the whole run, of which the real one may be closed to make room, and is made again when it is used. */
export interface RestingConnection {
  /** As the port has it. It is lost when the real one is, or cannot be made again. */
  readonly connection: Connection;
  /** Makes it again where it rests; resolves to why that failed, which is also its end. */
  wake(): Promise<Result<Connection, Failure>>;
  /** What resting would give back now; undefined where a command runs over it, or where it gives nothing. */
  spare(): Spare | undefined;
  /** Whether nothing has run over it since it was made: whoever had it made is about to use it. */
  isFresh(): boolean;
}

export interface RestingOptions {
  readonly reopen: () => Promise<Result<Connection, Failure>>;
  /** Called when nothing runs over it any more. */
  readonly onIdle: () => void;
}

export function createRestingConnection(first: Connection, { reopen, onIdle }: RestingOptions): RestingConnection {
  const closed = deferred<ConnectionEnd>();
  // Not the connection itself: one that was closed must not be kept.
  const { hostKey } = first;
  let real: Connection | undefined = first;
  let waking: Promise<Result<Connection, Failure>> | undefined;
  let failed: Result<Connection, Failure> | undefined;
  let users = 0;
  let isFresh = true;
  let isOver = false;
  const follow = async (one: Connection): Promise<void> => {
    const end = await one.closed;
    // One that was closed to make room is followed by another.
    if (real !== one) return;
    isOver = true;
    closed.resolve(end);
  };
  const again = async (): Promise<Result<Connection, Failure>> => {
    try {
      const opened = await reopen();
      const checked = opened.ok ? await sameServer(opened.value, hostKey) : opened;
      if (!checked.ok) {
        failed = checked;
        isOver = true;
        closed.resolve({ kind: 'lost', cause: checked.error.cause });
        return checked;
      }
      real = checked.value;
      isFresh = true;
      void follow(real);
      return checked;
    } finally {
      waking = undefined;
    }
  };
  const wake = (): Promise<Result<Connection, Failure>> => {
    if (real !== undefined) return Promise.resolve(ok(real));
    // Whoever has heard that it is lost opens another one.
    if (failed !== undefined) return Promise.resolve(failed);
    waking ??= again();
    return waking;
  };
  const release = (): void => {
    users--;
    if (users === 0) onIdle();
  };
  void follow(first);
  const connection: Connection = {
    closed: closed.promise,
    async exec(argv, options) {
      users++;
      isFresh = false;
      let runs = false;
      try {
        const awake = await wake();
        if (!awake.ok) {
          const { cause, cure } = awake.error;
          return err({ kind: 'lost', cause, ...optional('cure', cure) });
        }
        isFresh = false;
        const started = await awake.value.exec(argv, options);
        runs = started.ok;
        if (started.ok) void started.value.exit.then(release);
        return started;
      } finally {
        if (!runs) release();
      }
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await waking?.catch(() => undefined);
      await real?.[Symbol.asyncDispose]();
      closed.resolve({ kind: 'closed-by-us' });
    },
  };
  return {
    connection,
    wake,
    isFresh: () => isFresh,
    spare() {
      const one = real;
      const descriptors = one?.descriptors ?? 0;
      if (one === undefined || isOver || users > 0 || descriptors === 0) return undefined;
      return {
        descriptors,
        async close() {
          real = undefined;
          await one[Symbol.asyncDispose]();
        },
      };
    },
  };
}

/** What was probed is what scripts run on: a name may lead to another server by now, which known_hosts may know as well. */
async function sameServer(again: Connection, hostKey: string | undefined): Promise<Result<Connection, Failure>> {
  if (hostKey === undefined || again.hostKey === undefined || again.hostKey === hostKey) return ok(again);
  await again[Symbol.asyncDispose]();
  return err({
    stage: 'connect',
    cause: `it shows another host key than when it was probed: ${again.hostKey}, and before ${hostKey}`,
    cure: 'is it one machine, and was it installed anew? a name with several addresses has to be several hosts',
  });
}
