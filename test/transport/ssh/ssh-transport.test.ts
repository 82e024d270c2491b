import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSshTransport } from '../../../src/transport/ssh/ssh-transport.ts';
import { connectOptions } from '../../support/connect-options.ts';
import type { Script } from '../../support/scripted-ssh-server.ts';
import { closeAll, closeLater, connect, failureOf, server } from './rig.ts';

afterEach(closeAll);

describe('hosts that hang', () => {
  it('do not keep the others waiting', async () => {
    const silent = await server({ onSocket: () => 'silent' });
    const healthy = await server({});
    const transport = createSshTransport();
    const hanging = Array.from({ length: 40 }, () =>
      transport.connect(silent.host, connectOptions({ connect: 6_000 })),
    );
    await vi.waitUntil(() => silent.connections() === 40, 10_000);
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
});

describe('a host that hangs up at first', () => {
  it('is tried again', async () => {
    const { host, connections } = await server({ onSocket: count => (count < 3 ? 'hang-up' : 'speak') });
    await connect(host);
    expect(connections()).toBe(3);
  });

  it('is not tried again past the limit for connecting', async () => {
    const { host, connections } = await server({ onSocket: () => 'hang-up' });
    expect((await failureOf(host, 50)).kind).toBe('dropped');
    expect(connections()).toBe(1);
  });
});

describe('an abort', () => {
  it.each<[string, Script]>([
    ['the handshake', { onSocket: () => 'silent' }],
    ['authentication', { onAuthentication: () => undefined }],
    ['a pause before the next attempt', { onSocket: () => 'hang-up' }],
  ])('in %s throws its reason and leaves no socket open', async (_stage, script) => {
    const { host, idle, connections } = await server(script);
    const stop = new AbortController();
    const connecting = createSshTransport().connect(host, connectOptions({ signal: stop.signal }));
    const settled = expect(connecting).rejects.toThrow('enough');
    await vi.waitUntil(() => connections() > 0);
    stop.abort(new Error('enough'));
    await settled;
    await idle();
  });

  it('while a channel is opened throws its reason', async () => {
    const { host } = await server({ opensNoChannel: true });
    const connection = await connect(host);
    const stop = new AbortController();
    const starting = expect(connection.exec(['true'], { signal: stop.signal, as: 'login-user' })).rejects.toThrow(
      'enough',
    );
    stop.abort(new Error('enough'));
    await starting;
  });
});
