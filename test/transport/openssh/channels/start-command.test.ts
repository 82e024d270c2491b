import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeStandIns } from '../../../support/run-script.ts';
import { change, closeAll, connect, output, server, sshd, start, textOf } from '../rig.ts';

const never = new AbortController().signal;
afterEach(closeAll);

describe('a connection that is lost', () => {
  it('ends its commands as lost, with the output that had come', async () => {
    const { host } = await server({
      onCommand: (_command, startIt, { cut }) => {
        startIt().write('half a li', () => setTimeout(cut, 100));
      },
    });
    const connection = await connect(host);
    const process = await start(connection);
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
    const limits = { connect: 20_000, keepalive: 1_000, keepaliveCount: 1 };
    const connection = await connect(host, { signal: never, limits });
    stall();
    expect(await connection.closed).toEqual({ kind: 'lost', cause: 'the host stopped answering (keepalive)' });
  });

  it('is one whose session the server has ended', async () => {
    const { host, stop } = await sshd();
    const connection = await connect(host);
    const process = await start(connection, ['cat']);
    await stop();
    expect(await connection.closed).toEqual({ kind: 'lost', cause: 'the host closed the connection' });
    await Promise.all([textOf(process.stdout), textOf(process.stderr)]);
    expect((await process.exit).kind).toBe('lost');
  });

  it('is one that the server takes its leave of', async () => {
    const { host } = await server({
      onCommand: (_command, startIt, { client }) => {
        startIt();
        setTimeout(() => client.end(), 100);
      },
    });
    const connection = await connect(host);
    await start(connection);
    expect(await connection.closed).toEqual({ kind: 'lost', cause: 'the host closed the connection' });
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
    const first = await start(connection, ['cat']);
    const second = await connection.exec(['true'], { signal: never, as: 'login-user' });
    expect(second).toEqual({
      ok: false,
      error: {
        kind: 'refused',
        cause: 'the host refuses to run a command: open failed',
        cure: 'see MaxSessions and ForceCommand in its sshd_config',
      },
    });
    await first.stdin.write('still here');
    first.stdin.end();
    expect(await textOf(first.stdout)).toBe('still here');
    expect(await textOf(first.stderr)).toBe('');
    expect(await first.exit).toEqual({ kind: 'code', code: 0 });
  });

  it.each([255, 143, 3])('that exits with %i has this code', async code => {
    const { host } = await sshd();
    const process = await start(await connect(host), ['sh', '-c', `exit ${code}`]);
    await Promise.all([textOf(process.stdout), textOf(process.stderr)]);
    expect(await process.exit).toEqual({ kind: 'code', code });
  });

  it('whose channel closes without a word of its end is lost', async () => {
    const { host } = await server({ onCommand: (_command, startIt) => startIt().close() });
    const process = await start(await connect(host));
    expect((await textOf(process.stdout)) + (await textOf(process.stderr))).toBe('');
    expect(await process.exit).toEqual({
      kind: 'lost',
      cause: 'the host closed the channel without saying how it ended',
    });
  });

  it('that is killed has its signal', async () => {
    const { host } = await server({
      onCommand: (_command, startIt) => {
        const channel = startIt();
        channel.exit('KILL', false, 'out of memory');
        channel.close();
      },
    });
    const process = await start(await connect(host));
    expect((await textOf(process.stdout)) + (await textOf(process.stderr))).toBe('');
    expect(await process.exit).toEqual({ kind: 'signal', signal: 'KILL' });
  });

  it('that floods a reader who hangs up is let go at once', async () => {
    const { host } = await sshd();
    const connection = await connect(host);
    const stop = new AbortController();
    const flood = await start(connection, ['cat', '/dev/zero'], stop.signal);
    for await (const _chunk of flood.stdout) break;
    stop.abort(new Error('enough'));
    expect(await flood.exit).toEqual({ kind: 'lost', cause: 'the channel was closed by us' });
    expect(await output(connection, ['echo', 'next'])).toBe('next\n');
  });

  it('that is given up while its channel is opened throws the reason, and the others go on', async () => {
    const { host } = await server({ opensNoChannel: true });
    const connection = await connect(host);
    const stop = new AbortController();
    const starting = expect(connection.exec(['true'], { signal: stop.signal, as: 'login-user' })).rejects.toThrow(
      'enough',
    );
    stop.abort(new Error('enough'));
    await starting;
  });

  it('that is given up while it starts is closed when it has', async () => {
    const { host } = await sshd({ config: ['MaxSessions 1'] });
    const connection = await connect(host);
    const stop = new AbortController();
    const starting = connection.exec(['cat'], { signal: stop.signal, as: 'login-user' });
    stop.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    // The one session that is allowed will be free again.
    await vi.waitUntil(async () => {
      const next = await connection.exec(['true'], { signal: never, as: 'login-user' });
      return next.ok;
    }, 10_000);
  });

  it('goes on while the server asks whether we are there', async () => {
    const { host } = await sshd({ config: ['ClientAliveInterval 1', 'ClientAliveCountMax 1'] });
    const connection = await connect(host);
    expect(await output(connection, ['sh', '-c', 'sleep 3; echo there'])).toBe('there\n');
  });

  it('goes on over new keys, in both directions', async () => {
    const { host } = await sshd({ config: ['RekeyLimit 1M'] });
    const connection = await connect(host);
    const process = await start(connection, ['cat']);
    const sent = 'x'.repeat(3_000_000);
    const sending = process.stdin.write(sent).then(() => process.stdin.end());
    const [stdout] = await Promise.all([textOf(process.stdout), textOf(process.stderr), sending]);
    expect(stdout === sent).toBe(true);
  });

  it('runs as the user that the host becomes', async () => {
    await using standIns = await makeStandIns();
    await standIns.add('sudo', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@" became');
    const { host } = await sshd({ path: `${standIns.folder}:/usr/bin:/bin` });
    const connection = await connect(change(host, { become: { method: 'sudo', user: 'dba' } }));
    const started = await connection.exec(['echo', 'I'], { signal: never, as: 'become-user' });
    expect(started.ok ? await textOf(started.value.stdout) : started.error).toBe('I became\n');
  });
});
