import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket, createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sshHost } from '../../support/ssh-host.ts';
import { closeAll, closeLater, failureOf, portOf, server, shown, sshd } from './rig.ts';

afterEach(closeAll);

describe('a host that cannot be reached', () => {
  it('has a name that is not known', async () => {
    expect(shown(await failureOf(sshHost({ address: 'db1.invalid', port: 22, user: 'ops' })))).toMatchInlineSnapshot(`
      "name-not-found
      the name db1.invalid cannot be resolved
      set ansible_host to an address, or mend DNS"
    `);
  });

  it('refuses connections', async () => {
    const { port } = await closedPort();
    expect(shown(await failureOf(sshHost({ port })), { PORT: String(port) })).toMatchInlineSnapshot(`
      "refused
      127.0.0.1:PORT refuses connections
      is sshd running there, and is ansible_port right?"
    `);
  });

  it('does not take the TCP connection', async () => {
    const { port, close } = await fullPort();
    closeLater({ [Symbol.asyncDispose]: close });
    expect(shown(await failureOf(sshHost({ port }), { limit: 300 }), { PORT: String(port) })).toMatchInlineSnapshot(`
      "timed-out
      127.0.0.1:PORT did not answer within 0.3 s (TCP connection)
      is the host up? check ansible_host, and firewalls"
    `);
  });

  it('does not say a word', async () => {
    const { host, port, idle } = await server({ onSocket: () => 'silent' });
    expect(shown(await failureOf(host, { limit: 300 }), { PORT: String(port) })).toMatchInlineSnapshot(`
      "timed-out
      127.0.0.1:PORT did not answer within 0.3 s (SSH handshake)
      is that an SSH server, and is the host overloaded? try: ssh -v, or --connect-timeout 1m"
    `);
    await idle();
  });

  it('hangs in authentication', async () => {
    const { host, port, idle } = await server({ onAuthentication: () => undefined });
    expect(shown(await failureOf(host, { limit: 700 }), { PORT: String(port) })).toMatchInlineSnapshot(`
      "timed-out
      127.0.0.1:PORT did not answer within 0.7 s (authentication)
      sshd may wait for DNS, PAM or a directory; see its log, or try --connect-timeout 1m"
    `);
    await idle();
  });

  it('hangs up before the handshake, again and again', async () => {
    const { host, port, connections } = await server({ onSocket: () => 'hang-up' });
    expect(shown(await failureOf(host), { PORT: String(port) })).toMatchInlineSnapshot(`
      "dropped
      127.0.0.1:PORT closed the connection before the SSH handshake
      sshd may be full (MaxStartups), or have banned this address"
    `);
    expect(connections()).toBe(4);
  });

  it('is no SSH server', async () => {
    const { host, connections } = await server({
      onSocket: () => ({ say: 'HTTP/1.1 400 Bad\x1b[31m Request\r\n\r\n' }),
    });
    expect(shown(await failureOf(host), { PORT: portOf(host) })).toMatchInlineSnapshot(`
      "protocol
      127.0.0.1:PORT is no SSH server: it says "HTTP/1.1 400 Bad?[31m Request"
      is ansible_port that of an SSH server?"
    `);
    expect(connections()).toBe(1);
  });

  it('says why it takes nobody now, and is tried again', async () => {
    const { host, connections } = await server({ onSocket: () => ({ say: 'Exceeded MaxStartups\r\n' }) });
    expect(shown(await failureOf(host), { PORT: portOf(host) })).toMatchInlineSnapshot(`
      "dropped
      127.0.0.1:PORT closed the connection before the SSH handshake (Exceeded MaxStartups)
      sshd may be full (MaxStartups), or have banned this address"
    `);
    expect(connections()).toBe(4);
  });

  it('speaks only what is too old', async () => {
    const { host, port } = await sshd({ config: ['Ciphers aes128-cbc'] });
    expect(shown(await failureOf(host), { PORT: String(port) })).toMatchInlineSnapshot(`
      "needs-openssh
      127.0.0.1:PORT has no algorithm in common with ssh2 (Handshake failed: no matching C->S cipher)"
    `);
  });
});

/** A port whose queue of connections is full, since its owner is stopped: the next ones get no answer. */
async function fullPort(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const script = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    console.log(this.address().port);
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  child.kill('SIGSTOP');
  const fillers = Array.from({ length: 4 }, () => connectSocket(port, '127.0.0.1').on('error', () => undefined));
  await vi.waitUntil(() => fillers.filter(filler => !filler.connecting).length >= 2, 10_000);
  return {
    port,
    async close() {
      for (const filler of fillers) filler.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function closedPort(): Promise<{ readonly port: number }> {
  const listener = createServer();
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  await new Promise(resolve => listener.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port };
}
