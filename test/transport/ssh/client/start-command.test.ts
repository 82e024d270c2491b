import { afterEach, describe, expect, it } from 'vitest';
import type { Connection, RemoteProcess } from '../../../../src/transport/transport.ts';
import { closeAll, connect, server, sshd } from '../rig.ts';

const never = new AbortController().signal;
afterEach(closeAll);

describe('a connection that is lost', () => {
  it('ends its commands as lost, with the output that had come', async () => {
    const { host } = await server({
      onCommand: (_command, start, { cut }) => {
        start().write('half a li', () => setTimeout(cut, 100));
      },
    });
    const connection = await connect(host);
    const process = await started(connection);
    expect(await textOf(process.stdout)).toBe('half a li');
    expect(await textOf(process.stderr)).toBe('');
    expect(await process.exit).toEqual({ kind: 'lost', cause: 'the host closed the connection' });
    expect(await connection.closed).toEqual({ kind: 'lost', cause: 'the host closed the connection' });
    expect(await process.stdin.write('x')).toBe('closed');
    const again = await connection.exec(['true'], { signal: never, as: 'login-user' });
    expect(again).toEqual({ ok: false, error: { kind: 'lost', cause: 'the host closed the connection' } });
  });

  it('is noticed by keepalives', async () => {
    const { host, stall } = await server({});
    const limits = { connect: 20_000, keepalive: 50, keepaliveCount: 2 };
    const connection = await connect(host, { signal: never, limits });
    stall();
    expect(await connection.closed).toEqual({ kind: 'lost', cause: 'the host stopped answering (keepalive)' });
  });

  it('is told from one that the host ended with a word', async () => {
    const { host, stop } = await sshd();
    const connection = await connect(host);
    await stop();
    expect((await connection.closed).kind).toBe('lost');
  });
});

describe('a command', () => {
  it('that is refused is a failure', async () => {
    const { host } = await server({});
    const connection = await connect(host);
    expect(await connection.exec(['true'], { signal: never, as: 'login-user' })).toEqual({
      ok: false,
      error: {
        kind: 'refused',
        cause: 'the host refuses to run a command: Unable to exec',
        cure: 'see MaxSessions and ForceCommand in its sshd_config',
      },
    });
  });

  it('beyond MaxSessions is a failure, and the others go on', async () => {
    const { host } = await sshd({ config: ['MaxSessions 1'] });
    const connection = await connect(host);
    const first = await started(connection, ['cat']);
    const second = await connection.exec(['true'], { signal: never, as: 'login-user' });
    expect(second.ok ? undefined : second.error.kind).toBe('refused');
    await first.stdin.write('still here');
    first.stdin.end();
    expect(await textOf(first.stdout)).toBe('still here');
    expect(await textOf(first.stderr)).toBe('');
    expect(await first.exit).toEqual({ kind: 'code', code: 0 });
  });

  it('whose channel closes without a word of its end is lost', async () => {
    const { host } = await server({ onCommand: (_command, start) => start().close() });
    const process = await started(await connect(host));
    expect((await textOf(process.stdout)) + (await textOf(process.stderr))).toBe('');
    expect(await process.exit).toEqual({
      kind: 'lost',
      cause: 'the host closed the channel without saying how it ended',
    });
  });

  it('that ends at once, in one packet with its start, has its code', async () => {
    const { host } = await server({
      onCommand: (_command, start) => {
        const channel = start();
        channel.exit(3);
        channel.close();
      },
    });
    const process = await started(await connect(host));
    expect((await textOf(process.stdout)) + (await textOf(process.stderr))).toBe('');
    expect(await process.exit).toEqual({ kind: 'code', code: 3 });
  });

  it('that is killed has its signal', async () => {
    const { host } = await server({
      onCommand: (_command, start) => {
        const channel = start();
        channel.exit('KILL', false, 'out of memory');
        channel.close();
      },
    });
    const process = await started(await connect(host));
    expect((await textOf(process.stdout)) + (await textOf(process.stderr))).toBe('');
    expect(await process.exit).toEqual({ kind: 'signal', signal: 'KILL' });
  });

  it('that floods a reader who hangs up is let go at once', async () => {
    const { host } = await sshd();
    const connection = await connect(host);
    const stop = new AbortController();
    const flood = await started(connection, ['cat', '/dev/zero'], stop.signal);
    for await (const _chunk of flood.stdout) break;
    stop.abort(new Error('enough'));
    expect(await flood.exit).toEqual({ kind: 'lost', cause: 'the channel was closed by us' });
    const next = await started(connection, ['echo', 'next']);
    expect(await textOf(next.stdout)).toBe('next\n');
  });
});

async function started(
  connection: Connection,
  argv: readonly [string, ...string[]] = ['true'],
  signal = never,
): Promise<RemoteProcess> {
  const result = await connection.exec(argv, { signal, as: 'login-user' });
  if (!result.ok) throw new Error(result.error.cause);
  return result.value;
}

async function textOf(stream: RemoteProcess['stdout']): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
