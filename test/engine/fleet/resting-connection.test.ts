import { expect, test } from 'vitest';
import { createRestingConnection } from '../../../src/engine/fleet/resting-connection.ts';
import type { Failure } from '../../../src/model/outcome.ts';
import { err, ok, type Result } from '../../../src/model/result.ts';
import { type Deferred, deferred } from '../../../src/process/deferred.ts';
import type { Connection, ConnectionEnd, Exit } from '../../../src/transport/transport.ts';

const options = { signal: new AbortController().signal, as: 'login-user' } as const;

interface Real {
  readonly connection: Connection;
  readonly closed: Deferred<ConnectionEnd>;
  /** Of the commands, in their order. */
  readonly exits: Deferred<Exit>[];
}

function real(changes: Partial<Connection> = {}): Real {
  const closed = deferred<ConnectionEnd>();
  const exits: Deferred<Exit>[] = [];
  const nothing = async function* (): AsyncGenerator<Uint8Array> {};
  const connection: Connection = {
    closed: closed.promise,
    descriptors: 1,
    async exec() {
      const exit = deferred<Exit>();
      exits.push(exit);
      const stdin = { write: async () => 'written' as const, end: () => undefined };
      return ok({ stdout: nothing(), stderr: nothing(), stdin, exit: exit.promise });
    },
    async [Symbol.asyncDispose]() {
      closed.resolve({ kind: 'closed-by-us' });
    },
    ...changes,
  };
  return { connection, closed, exits };
}

/** One that rests, with what it is to be made again of. */
async function resting(first: Real, ...next: readonly Result<Connection, Failure>[]) {
  const left = [...next];
  let reopened = 0;
  let idle = 0;
  const made = createRestingConnection(first.connection, {
    async reopen() {
      reopened++;
      return left.shift() ?? err({ stage: 'connect', cause: 'nothing more is there' });
    },
    onIdle: () => {
      idle++;
    },
  });
  await made.spare()?.close();
  return { ...made, reopened: () => reopened, idle: () => idle };
}

async function state({ closed }: Connection): Promise<ConnectionEnd | 'open'> {
  return Promise.race([closed, new Promise<'open'>(resolve => setImmediate(resolve, 'open'))]);
}

test('it is not lost by resting, and is made again, once, by the next command', async () => {
  const second = real();
  const one = await resting(real(), ok(second.connection));
  expect([await state(one.connection), one.spare()]).toEqual(['open', undefined]);
  const [first, other] = await Promise.all([
    one.connection.exec(['true'], options),
    one.connection.exec(['true'], options),
  ]);
  expect([first.ok, other.ok, one.reopened(), second.exits.length]).toEqual([true, true, 1, 2]);
});

test('nothing is spare while a command runs; that is told when the last one has ended', async () => {
  const first = real();
  const one = createRestingConnection(first.connection, {
    reopen: async () => err({ stage: 'connect', cause: '' }),
    onIdle: () => told.resolve(),
  });
  const told = deferred();
  expect([one.isFresh(), one.spare()?.descriptors]).toEqual([true, 1]);
  await one.connection.exec(['true'], options);
  await one.connection.exec(['true'], options);
  first.exits[0]?.resolve({ kind: 'code', code: 0 });
  await state(one.connection);
  expect([one.isFresh(), one.spare()]).toEqual([false, undefined]);
  first.exits[1]?.resolve({ kind: 'code', code: 0 });
  await told.promise;
  expect(one.spare()?.descriptors).toBe(1);
});

test('what has no descriptors of its own is not closed for them', () => {
  const { descriptors: _, ...behindBastion } = real().connection;
  const reopen = async () => err({ stage: 'connect', cause: '' } as const);
  expect(createRestingConnection(behindBastion, { reopen, onIdle: () => undefined }).spare()).toBeUndefined();
});

test('one that cannot be made again is lost for that', async () => {
  const one = await resting(real(), err({ stage: 'connect', cause: 'db1 refuses connections', cure: 'start sshd' }));
  expect(await one.connection.exec(['true'], options)).toEqual(
    err({ kind: 'lost', cause: 'db1 refuses connections', cure: 'start sshd' }),
  );
  expect(await state(one.connection)).toEqual({ kind: 'lost', cause: 'db1 refuses connections' });
});

test('and stays lost: nobody would know of another one', async () => {
  const failure: Failure = { stage: 'connect', cause: 'db1 refuses connections' };
  const second = real();
  const one = await resting(real(), err(failure), ok(second.connection));
  expect([await one.wake(), await one.wake()]).toEqual([err(failure), err(failure)]);
  const { cause } = failure;
  expect(await one.connection.exec(['true'], options)).toEqual(err({ kind: 'lost', cause }));
  expect([one.reopened(), second.exits.length]).toEqual([1, 0]);
});

test('one that is lost is spare no more, and is not closed for it', async () => {
  const first = real();
  const one = createRestingConnection(first.connection, {
    reopen: async () => err({ stage: 'connect', cause: '' }),
    onIdle: () => undefined,
  });
  first.closed.resolve({ kind: 'lost', cause: 'the host reset the connection' });
  expect(await state(one.connection)).toEqual({ kind: 'lost', cause: 'the host reset the connection' });
  expect(one.spare()).toBeUndefined();
});

test.each([
  ['the same key', 'ssh-ed25519 SHA256:a', 'ssh-ed25519 SHA256:a', true],
  ['another key', 'ssh-ed25519 SHA256:a', 'ssh-ed25519 SHA256:b', false],
  ['none that could be told then', undefined, 'ssh-ed25519 SHA256:b', true],
])('a server with %s', async (_, before, after, isTaken) => {
  const withKey = (hostKey: string | undefined) => real(hostKey === undefined ? {} : { hostKey });
  const second = withKey(after);
  const one = await resting(withKey(before), ok(second.connection));
  expect((await one.wake()).ok).toBe(isTaken);
  expect(await state(second.connection)).toEqual(isTaken ? 'open' : { kind: 'closed-by-us' });
});
