import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../src/model/host.ts';
import { createOpensshTransport } from '../../src/transport/openssh/openssh-transport.ts';
import { createSshTransport } from '../../src/transport/ssh/ssh-transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { connectOptions } from '../support/connect-options.ts';
import type { Script } from '../support/scripted-ssh-server.ts';
import { output, start, textOf } from './openssh/rig.ts';
import { closeAll, closeLater, server, sshd } from './ssh/rig.ts';

const never = new AbortController().signal;
afterEach(closeAll);

/** What both SSH adapters promise alike, against real sshds and servers that misbehave. What only one does is in its own folder. */
describe.each([
  // ssh asks every few seconds at the least, and starts a process for each connection.
  { kind: 'ssh', transport: createSshTransport(), alive: { keepalive: 50, keepaliveCount: 2 }, many: 40 },
  { kind: 'openssh', transport: createOpensshTransport(), alive: { keepalive: 1_000, keepaliveCount: 1 }, many: 20 },
])('$kind', ({ transport, alive, many }) => {
  const connect = async (host: Host, options = connectOptions()): Promise<Connection> => {
    const connected = await transport.connect(host, options);
    if (!connected.ok) throw new Error(connected.error.cause);
    closeLater(connected.value);
    return connected.value;
  };

  describe('a server that renews the keys of its connections', () => {
    /** How much comes, without keeping it. */
    const count = async (stream: AsyncIterable<Uint8Array>): Promise<number> => {
      let bytes = 0;
      for await (const chunk of stream) bytes += chunk.length;
      return bytes;
    };
    const printed = async (connection: Connection, argv: readonly [string, ...string[]]): Promise<unknown> => {
      const process = await start(connection, argv);
      process.stdin.end();
      const [bytes] = await Promise.all([count(process.stdout), count(process.stderr)]);
      return [bytes, await process.exit];
    };

    it('after so much output: all of it comes, and the connection stays', async () => {
      const connection = await connect((await sshd({ config: ['RekeyLimit 1M'] })).host);
      const all = [20_000_000, { kind: 'code', code: 0 }];
      expect(await printed(connection, ['head', '-c', '20000000', '/dev/zero'])).toEqual(all);
      expect(await output(connection, ['echo', 'still here'])).toBe('still here\n');
    });

    it('while data goes both ways', async () => {
      const connection = await connect((await sshd({ config: ['RekeyLimit 1M'] })).host);
      const process = await start(connection, ['cat']);
      const send = async (): Promise<void> => {
        for (let sent = 0; sent < 100; sent++) await process.stdin.write(Buffer.alloc(50_000, 'x'));
        process.stdin.end();
      };
      const [bytes] = await Promise.all([count(process.stdout), count(process.stderr), send()]);
      expect([bytes, await process.exit]).toEqual([5_000_000, { kind: 'code', code: 0 }]);
    });

    it('after so much time', async () => {
      const connection = await connect((await sshd({ config: ['RekeyLimit default 1'] })).host);
      const process = await start(connection, ['sh', '-c', 'for i in 1 2 3; do sleep 1.2; echo $i; done']);
      process.stdin.end();
      expect(await textOf(process.stdout)).toBe('1\n2\n3\n');
      await textOf(process.stderr);
      expect(await process.exit).toEqual({ kind: 'code', code: 0 });
    });
  });

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
      const connection = await connect(host, { signal: never, limits: { connect: 20_000, ...alive } });
      stall();
      expect(await connection.closed).toEqual({ kind: 'lost', cause: 'the host stopped answering (keepalive)' });
    });

    it('is one whose session the server has ended', async () => {
      const { host, stop } = await sshd();
      const connection = await connect(host);
      const process = await start(connection, ['cat']);
      await stop();
      expect((await connection.closed).kind).toBe('lost');
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
      const first = await start(connection, ['cat']);
      const second = await connection.exec(['true'], { signal: never, as: 'login-user' });
      expect(second).toEqual({
        ok: false,
        error: {
          kind: 'refused',
          cause: expect.stringMatching(/^the host refuses to run a command: .*open failed$/),
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

    it('that ends at once, in one packet with its start, has its code', async () => {
      const { host } = await server({
        onCommand: (_command, startIt) => {
          const channel = startIt();
          channel.exit(3);
          channel.close();
        },
      });
      const process = await start(await connect(host));
      expect((await textOf(process.stdout)) + (await textOf(process.stderr))).toBe('');
      expect(await process.exit).toEqual({ kind: 'code', code: 3 });
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

    it('that is given up while its channel is opened throws the reason', async () => {
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
  });

  describe('connecting', () => {
    it('to hosts that hang keeps no others waiting', async () => {
      const silent = await server({ onSocket: () => 'silent' });
      const healthy = await server({});
      const hanging = Array.from({ length: many }, () =>
        transport.connect(silent.host, connectOptions({ connect: 8_000 })),
      );
      await vi.waitUntil(() => silent.connections() === many, 10_000);
      const connecting = transport.connect(healthy.host, connectOptions());
      const first = await Promise.race([
        connecting.then(() => 'healthy'),
        ...hanging.map(one => one.then(() => 'silent')),
      ]);
      expect(first).toBe('healthy');
      const connected = await connecting;
      if (connected.ok) closeLater(connected.value);
      expect(connected.ok).toBe(true);
      const failures = await Promise.all(hanging);
      expect(new Set(failures.map(failure => (failure.ok ? '' : failure.error.kind)))).toEqual(new Set(['timed-out']));
    });

    it('to a host that hangs up at first is tried again', async () => {
      const { host, connections } = await server({ onSocket: count => (count < 3 ? 'hang-up' : 'speak') });
      await connect(host);
      expect(connections()).toBe(3);
    });

    it.each<[string, Script]>([
      ['the handshake', { onSocket: () => 'silent' }],
      ['authentication', { onAuthentication: () => undefined }],
      ['a pause before the next attempt', { onSocket: () => 'hang-up' }],
    ])('that is given up in %s throws its reason and leaves no socket open', async (_stage, script) => {
      const { host, idle, connections } = await server(script);
      const stop = new AbortController();
      const connecting = transport.connect(host, connectOptions({ signal: stop.signal }));
      const settled = expect(connecting).rejects.toThrow('enough');
      await vi.waitUntil(() => connections() > 0, 10_000);
      stop.abort(new Error('enough'));
      await settled;
      await idle();
    });
  });
});
