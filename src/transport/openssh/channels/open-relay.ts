import { connect, type Socket } from 'node:net';
import type { Send } from './channel-streams.ts';
import { encodeFields, frame, PacketReader } from './packets.ts';

/** More than a packet may be long in OpenSSH (PACKET_MAX_SIZE): past that it is no packet. */
const maxPacketBytes = 256 * 1024;

/** Packets of the SSH connection protocol, exchanged with the server behind a master. */
export interface Relay {
  readonly send: Send;
  /** Called with each packet that comes; none does before one is sent. May throw a RangeError at what makes no sense. */
  onPacket: (type: number, body: PacketReader) => void;
  /** Settles when nothing more comes; never rejects. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Numbers of messages in OpenSSH's PROTOCOL.mux. */
const mux = { hello: 0x00000001, proxyRequest: 0x1000000f, proxyReply: 0x8000000f, version: 4 } as const;

/**
 * Asks a master (`ssh -M`) at its control socket to pass on packets: its proxy mode, since OpenSSH 7.4. So no further
 * `ssh` has to be started for each command, the server's own word on how a command ended is seen, and what it refuses
 * is refused; an `ssh -S` would then quietly log in a second time. Rejects if the master does not agree.
 */
export async function openRelay(controlPath: string): Promise<Relay> {
  const socket = connect(controlPath);
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  const relay: Relay = {
    send(type, fields, onHandedOn) {
      // A socket that is closed says so to the callback; nobody else has to hear of it.
      socket.write(frame(Buffer.concat([Buffer.from([0, type]), encodeFields(fields)])), onHandedOn);
    },
    onPacket: () => undefined,
    closed,
    close: () => socket.destroy(),
  };
  const agreed = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    void closed.then(() => reject(new Error('ssh closed its control socket')));
    const answers = [mux.hello, mux.proxyReply];
    readFrames(socket, body => {
      const reader = new PacketReader(body);
      const expected = answers.shift();
      if (expected === undefined) {
        reader.byte();
        relay.onPacket(reader.byte(), reader);
      } else if (reader.uint32() !== expected) {
        reject(new Error('ssh does not share its connection'));
      } else if (answers.length === 0) {
        resolve();
      }
    });
  });
  socket.write(frame(encodeFields([{ uint32: mux.hello }, { uint32: mux.version }])));
  socket.write(frame(encodeFields([{ uint32: mux.proxyRequest }, { uint32: 0 }])));
  try {
    await agreed;
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return relay;
}

/** A peer that sends what makes no sense is hung up on. */
function readFrames(socket: Socket, onFrame: (body: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', chunk => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    try {
      let start = 0;
      while (rest.length - start >= 4) {
        const length = rest.readUInt32BE(start);
        if (length > maxPacketBytes) throw new RangeError('a packet is too long');
        const end = start + 4 + length;
        if (end > rest.length) break;
        onFrame(rest.subarray(start + 4, end));
        start = end;
      }
      rest = rest.subarray(start);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      socket.destroy();
    }
  });
}
