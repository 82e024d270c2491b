import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRelay } from '../../../../src/transport/openssh/channels/open-relay.ts';
import { encodeFields, type Field, frame, message } from '../../../../src/transport/openssh/channels/packets.ts';
import { runChannels } from '../../../../src/transport/openssh/channels/run-channels.ts';
import { closeAll, closeLater } from '../../ssh/rig.ts';

afterEach(closeAll);

describe('a master', () => {
  it('that does not share its connection is given up', async () => {
    const { path } = await standIn(socket => socket.end(hello(4)));
    await expect(openRelay(path)).rejects.toThrow('ssh closed its control socket');
    const refusing = await standIn(socket => socket.write(Buffer.concat([hello(4), words(0x80000003, 0)])));
    await expect(openRelay(refusing.path)).rejects.toThrow('ssh does not share its connection');
  });

  it('that is not there is given up', async () => {
    await expect(openRelay('/nonexistent/s')).rejects.toThrow('ENOENT');
  });

  it.each([
    ['too short', frame(Buffer.from([0]))],
    ['too long', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ['shorter than what it holds', packet(message.data, [{ uint32: 0 }, { uint32: 1_000 }])],
  ])('whose packet is %s is hung up on', async (_how, bytes) => {
    const { path } = await standIn(socket => {
      socket.write(agreed);
      socket.on('data', chunk => chunk.includes('session') && socket.write(bytes));
    });
    const relay = await openRelay(path);
    runChannels(relay).open('true');
    await relay.closed;
  });
});

describe('a channel', () => {
  it('takes what comes in small pieces, answers what asks for it, and prints no control characters', async () => {
    const got: Buffer[] = [];
    const to = (type: number, ...fields: Field[]): Buffer => packet(type, [{ uint32: 0 }, ...fields]);
    const ask = (name: string, wants: 'true' | 'false', ...fields: Field[]): Buffer =>
      to(message.request, { string: name }, { boolean: wants }, ...fields);
    const bytes = Buffer.concat([
      agreed,
      to(message.openConfirmation, { uint32: 7 }, { uint32: 1_000_000 }, { uint32: 32_768 }),
      to(message.success),
      to(message.data, { string: 'out' }),
      to(message.extendedData, { uint32: 1 }, { string: 'err' }),
      to(message.extendedData, { uint32: 2 }, { string: 'neither' }),
      ask('keepalive@openssh.com', 'true'),
      ask('exit-signal', 'false', { string: 'TERM\x1b[2J' }, { boolean: 'false' }, { string: '' }, { string: '' }),
      to(message.eof),
      to(message.close),
      // It is gone: this one is for nobody.
      to(message.data, { string: 'late' }),
    ]);
    const { path } = await standIn(async socket => {
      socket.on('data', chunk => got.push(chunk));
      for (let at = 0; at < bytes.length; at += 3) {
        socket.write(bytes.subarray(at, at + 3));
        await new Promise(resolve => setImmediate(resolve));
        // The rest only once the channel is asked for.
        if (at < agreed.length) continue;
        await vi.waitUntil(() => Buffer.concat(got).includes('session'), 10_000);
      }
    });
    const relay = await openRelay(path);
    const channel = runChannels(relay).open('true');
    expect(await channel.started).toEqual({ kind: 'runs' });
    expect(await channel.closed).toEqual({ kind: 'signal', signal: 'TERM??2J' });
    expect(String(channel.stdout.read())).toBe('out');
    expect(String(channel.stderr.read())).toBe('err');
    await vi.waitUntil(() => Buffer.concat(got).includes(packetTo(7, message.close)), 10_000);
    expect(Buffer.concat(got).includes(packetTo(7, message.failure))).toBe(true);
    relay.close();
  });
});

function hello(version: number): Buffer {
  return words(1, version);
}

const agreed = Buffer.concat([hello(4), words(0x8000000f, 0)]);

function words(...numbers: readonly number[]): Buffer {
  return frame(encodeFields(numbers.map(uint32 => ({ uint32 }))));
}

function packet(type: number, fields: readonly Field[]): Buffer {
  return frame(Buffer.concat([Buffer.from([0, type]), encodeFields(fields)]));
}

function packetTo(channel: number, type: number): Buffer {
  return packet(type, [{ uint32: channel }]);
}

/** Something that listens where a master would, and says what it is told to. */
async function standIn(speak: (socket: Socket) => unknown): Promise<{ readonly path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'tapbook-relay-'));
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.resume();
    void speak(socket);
  });
  server.listen(join(directory, 's'));
  await once(server, 'listening');
  closeLater({
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(directory, { recursive: true });
    },
  });
  return { path: join(directory, 's') };
}
