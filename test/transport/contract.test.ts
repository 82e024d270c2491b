import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionKind, Host } from '../../src/model/host.ts';
import type { HostName } from '../../src/model/ids.ts';
import { adapters } from '../../src/transport/adapters.ts';
import type { Connection, RemoteProcess } from '../../src/transport/transport.ts';
import { connectOptions } from '../support/connect-options.ts';
import { type LoopbackSshd, startLoopbackSshd } from '../support/loopback-sshd.ts';

const localHost: Host = { name: 'here' as HostName, groups: [], vars: {}, connection: { kind: 'local' } };
let sshd: LoopbackSshd;
beforeAll(async () => {
  sshd = await startLoopbackSshd();
});
afterAll(async () => {
  await sshd[Symbol.asyncDispose]();
});

/** A host for each kind: a kind that is registered without one here is a mistake that the compiler finds. */
const hosts: Readonly<Record<ConnectionKind, () => Host>> = { ssh: () => sshd.host, local: () => localHost };

/** Whose inventory asks for the system's `ssh`. */
function opensshHost(): Host {
  const { host } = sshd;
  if (host.connection.kind !== 'ssh') throw new Error('the loopback server is reached by SSH');
  return { ...host, connection: { ...host.connection, client: 'openssh' } };
}

/** What all adapters promise alike; of SSH both clients. */
describe.each([
  ...(Object.keys(adapters) as ConnectionKind[]).map(kind => ({
    kind,
    transport: adapters[kind]({}),
    host: hosts[kind],
  })),
  { kind: 'ssh, by OpenSSH', transport: adapters.ssh({}), host: opensshHost },
])('$kind', ({ transport, host }) => {
  let connection: Connection;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tapbook-contract-'));
    const connected = await transport.connect(host(), connectOptions());
    if (!connected.ok) throw new Error(connected.error.cause);
    connection = connected.value;
  });
  afterEach(async () => {
    await connection[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  const start = async (argv: readonly [string, ...string[]], signal = new AbortController().signal) => {
    const started = await connection.exec(argv, { signal, as: 'login-user' });
    if (!started.ok) throw new Error(started.error.cause);
    return started.value;
  };
  const run = async (argv: readonly [string, ...string[]], input: string | Uint8Array = '') => {
    const process = await start(argv);
    const [stdout, stderr, exit] = await Promise.all([
      collect(process.stdout),
      collect(process.stderr),
      process.exit,
      process.stdin.write(input).then(() => process.stdin.end()),
    ]);
    return { stdout, stderr, exit };
  };

  it('hands arguments on as they are', async () => {
    const args = ['a b', `it's "q"`, '$(id) `id` $HOME', 'two\nlines\n', 'é 日本 😀', '', '*', '-n', '\\n', '!', '~'];
    const { stdout } = await run(['printf', '%s\\0', ...args]);
    expect(stdout.toString()).toBe(`${args.join('\0')}\0`);
  });

  it('hands on a script of 40 kB as an argument', async () => {
    const script = `${'# a comment: it\'s "not" $run\n'.repeat(1_400)}printf '%s' "$1"`;
    const { stdout, exit } = await run(['sh', '-c', script, 'sh', 'done']);
    expect(stdout.toString()).toBe('done');
    expect(exit).toEqual({ kind: 'code', code: 0 });
  });

  it('says so if an argument is longer than a process can be given', async () => {
    const signal = new AbortController().signal;
    const started = await connection.exec(['true', 'x'.repeat(150_000)], { signal, as: 'login-user' });
    expect(started.ok ? undefined : started.error.kind).toBe('refused');
  });

  it('gives back 3 MB of any bytes as they were sent', async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const { stdout } = await run(['cat'], bytes);
    expect(stdout.equals(bytes)).toBe(true);
  });

  it('tells how a command ended', async () => {
    expect((await run(['true'])).exit).toEqual({ kind: 'code', code: 0 });
    expect((await run(['sh', '-c', 'exit 42'])).exit).toEqual({ kind: 'code', code: 42 });
    expect((await run(['sh', '-c', 'kill -TERM $$'])).exit).toEqual({ kind: 'signal', signal: 'TERM' });
  });

  it('keeps the two outputs apart', async () => {
    const { stdout, stderr } = await run(['sh', '-c', 'echo out; echo err >&2']);
    expect([stdout.toString(), stderr.toString()]).toEqual(['out\n', 'err\n']);
  });

  it('passes 10 MB on both outputs at once without a stall', async () => {
    const script = 'head -c 10485760 /dev/zero & head -c 10485760 /dev/zero >&2; wait';
    const { stdout, stderr, exit } = await run(['sh', '-c', script]);
    expect([stdout.length, stderr.length]).toEqual([10_485_760, 10_485_760]);
    expect(exit).toEqual({ kind: 'code', code: 0 });
  });

  it('runs many commands at once', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => String(index));
    const results = await Promise.all(numbers.map(number => run(['sh', '-c', 'cat; echo "$1"', 'sh', number], 'in ')));
    expect(results.map(({ stdout }) => stdout.toString())).toEqual(numbers.map(number => `in ${number}\n`));
  });

  it('does not read on for somebody who does not read', async () => {
    const process = await start(['sh', '-c', `head -c 300000000 /dev/zero; touch "$1/all-written"`, 'sh', directory]);
    const before = globalThis.process.memoryUsage().rss;
    const reading = process.stdout[Symbol.asyncIterator]();
    const first = await reading.next();
    expect(first.done).toBe(false);
    // Long enough for a sender without back-pressure to be done: it writes 1 GB/s and more.
    await new Promise(resolve => setTimeout(resolve, 1_500));
    expect(existsSync(join(directory, 'all-written'))).toBe(false);
    expect(globalThis.process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    let rest = first.value?.length ?? 0;
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) rest += next.value.length;
    for await (const chunk of process.stderr) rest += chunk.length;
    expect(rest).toBe(300_000_000);
    expect(await process.exit).toEqual({ kind: 'code', code: 0 });
  });

  it('closes the channel when the signal fires, for a reader who waits and for one who does not', async () => {
    const stop = new AbortController();
    // It ends because its input does.
    const script = 'echo ready; cat >/dev/null; touch "$1/saw-the-end"';
    const process = await start(['sh', '-c', script, 'sh', directory], stop.signal);
    const output = process.stdout[Symbol.asyncIterator]();
    expect(Buffer.from((await output.next()).value ?? []).toString()).toBe('ready\n');
    const waiting = output.next();
    stop.abort(new Error('enough'));
    expect(await process.exit).toEqual({ kind: 'lost', cause: 'the channel was closed by us' });
    expect((await waiting).done).toBe(true);
    expect(await process.stdin.write('more')).toBe('closed');
    await vi.waitUntil(() => existsSync(join(directory, 'saw-the-end')), 10_000);
  });

  it('throws the reason of a signal that has fired already', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(connection.exec(['true'], { signal, as: 'login-user' })).rejects.toThrow('too late');
    await expect(transport.connect(host(), connectOptions({ signal }))).rejects.toThrow('too late');
  });

  it('says that input is closed once the command has ended, without a throw', async () => {
    const process = await start(['true']);
    await Promise.all([collect(process.stdout), collect(process.stderr), process.exit]);
    expect(await process.stdin.write('x')).toBe('closed');
    process.stdin.end();
  });

  it('does not wait for ever to write to a command that reads nothing and ends', async () => {
    const process = await start(['sleep', '0.3']);
    // The write that waits when it ends is let go, although nobody reads the outputs.
    while ((await process.stdin.write(Buffer.alloc(65_536))) === 'written');
    await Promise.all([collect(process.stdout), collect(process.stderr)]);
    expect(await process.exit).toEqual({ kind: 'code', code: 0 });
  });

  it('says what happened to its commands when the connection is closed', async () => {
    const process = await start(['cat']);
    await connection[Symbol.asyncDispose]();
    await connection[Symbol.asyncDispose]();
    expect(await connection.closed).toEqual({ kind: 'closed-by-us' });
    expect((await collect(process.stdout)).length + (await collect(process.stderr)).length).toBe(0);
    expect((await process.exit).kind).toBe('lost');
    const again = await connection.exec(['true'], { signal: new AbortController().signal, as: 'login-user' });
    expect(again.ok ? undefined : again.error.kind).toBe('lost');
  });

  it('lets a reader stop early and go on with the other output', async () => {
    const process = await start(['sh', '-c', 'echo one; echo two >&2; cat']);
    for await (const _chunk of process.stdout) break;
    process.stdin.end();
    expect((await collect(process.stderr)).toString()).toBe('two\n');
    await collect(process.stdout);
  });

  it('hashes what it was given', async () => {
    const bytes = randomBytes(1_000_000);
    const file = join(directory, 'upload');
    const { stdout } = await run(['sh', '-c', 'umask 077; cat >"$1" && sha256sum <"$1"', 'sh', file], bytes);
    expect(stdout.toString().slice(0, 64)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

async function collect(stream: RemoteProcess['stdout']): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
