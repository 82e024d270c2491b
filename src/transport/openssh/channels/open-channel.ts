import type { Readable, Writable } from 'node:stream';
import { deferred } from '../../../process/deferred.ts';
import type { Exit } from '../../transport.ts';
import { createInput, createOutputs, type Send } from './channel-streams.ts';
import { message, type PacketReader } from './packets.ts';

/** How much a server may send before it is read, and how much of it in one packet, in bytes. */
const windowBytes = 2 * 1024 * 1024;
const packetBytes = 32 * 1024;

/** One command on the server, in a session channel (RFC 4254, 5 and 6). */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the command runs, or will not. */
  readonly started: Promise<Start>;
  /** Fires when the server says how the command ended, or the channel is gone. */
  readonly over: AbortSignal;
  /** Settles when the channel is gone; undefined if the server has not said how the command ended. */
  readonly closed: Promise<Exclude<Exit, { kind: 'lost' }> | undefined>;
  /** Takes a packet for this channel. */
  receive(type: number, body: PacketReader): void;
  close(): void;
  /** The connection is gone. */
  lose(): void;
}

export type Start =
  | { readonly kind: 'runs' }
  /** In the server's word. */
  | { readonly kind: 'refused'; readonly word: string }
  | { readonly kind: 'gone' };

/** Asks for a channel and a command in it. `id` is ours for it until `onGone`. */
export function openChannel(id: number, line: string, send: Send, onGone: () => void): Channel {
  const over = new AbortController();
  let server: { readonly id: number; readonly maxPacket: number } | undefined;
  let said: Exclude<Exit, { kind: 'lost' }> | undefined;
  let closing: 'no' | 'wanted' | 'sent' = 'no';
  const started = deferred<Start>();
  const closed = deferred<typeof said>();
  const toServer: Send = (type, fields, onHandedOn) => {
    if (server !== undefined && closing !== 'sent') send(type, [{ uint32: server.id }, ...fields], onHandedOn);
  };

  const outputs = createOutputs(windowBytes, bytes => toServer(message.windowAdjust, [{ uint32: bytes }]));
  const stdout = outputs.output();
  const stderr = outputs.output();
  const { stdin, addWindow } = createInput(toServer, () => server?.maxPacket ?? 0);

  const finish = (): void => {
    over.abort();
    stdout.end();
    stderr.end();
    stdin.destroy();
    started.resolve({ kind: 'gone' });
    closed.resolve(said);
    onGone();
  };
  const close = (): void => {
    if (closing === 'sent') return;
    closing = 'wanted';
    // It has no name for the server yet: closed as soon as it is open.
    if (server === undefined) return;
    toServer(message.close, []);
    closing = 'sent';
    over.abort();
    stdin.destroy();
  };
  const onRequest = (body: PacketReader): void => {
    const name = body.text();
    const wantsReply = body.byte() !== 0;
    if (name === 'exit-status') said = { kind: 'code', code: body.uint32() };
    if (name === 'exit-signal') said = { kind: 'signal', signal: signalName(body.text()) };
    if (said !== undefined) over.abort();
    // OpenSSH's word for: nobody reads the command's input any more.
    if (name === 'eow@openssh.com') stdin.destroy();
    // The server's keepalive is one, and wants any answer.
    if (wantsReply) toServer(message.failure, []);
  };

  send(message.open, [{ string: 'session' }, { uint32: id }, { uint32: windowBytes }, { uint32: packetBytes }]);
  return {
    ...{ stdin, stdout: stdout.stream, stderr: stderr.stream, over: over.signal, close },
    ...{ started: started.promise, closed: closed.promise },
    lose: finish,
    receive(type, body) {
      switch (type) {
        case message.openConfirmation: {
          const serverId = body.uint32();
          const window = body.uint32();
          server = { id: serverId, maxPacket: body.uint32() };
          if (closing === 'wanted') return close();
          addWindow(window);
          return toServer(message.request, [{ string: 'exec' }, { boolean: 'true' }, { string: line }]);
        }
        case message.openFailure: {
          body.uint32();
          started.resolve({ kind: 'refused', word: body.text() });
          return finish();
        }
        case message.success:
          return started.resolve({ kind: 'runs' });
        case message.failure:
          started.resolve({ kind: 'refused', word: 'Unable to exec' });
          return close();
        case message.windowAdjust:
          return addWindow(body.uint32());
        case message.data:
          return closing === 'no' ? stdout.push(body.bytes()) : undefined;
        case message.extendedData:
          // 1 is standard error, and there is no other.
          return body.uint32() === 1 && closing === 'no' ? stderr.push(body.bytes()) : undefined;
        case message.eof:
          stdout.end();
          return stderr.end();
        case message.request:
          return onRequest(body);
        case message.close:
          close();
          return finish();
        default:
          return undefined;
      }
    },
  };
}

/** What it is comes from the server, and is printed. */
function signalName(text: string): string {
  return text.replace(/[^A-Za-z0-9@._-]/g, '?').slice(0, 40);
}
