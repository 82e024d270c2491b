import { type Channel, openChannel } from './open-channel.ts';
import type { Relay } from './open-relay.ts';
import { message } from './packets.ts';

export interface Channels {
  open(line: string): Channel;
  /** Ends them all: the connection is gone. */
  lose(): void;
}

/** Hands what comes to the channel that it is for. */
export function runChannels(relay: Relay): Channels {
  const channels = new Map<number, Channel>();
  let nextId = 0;
  relay.onPacket = (type, body) => {
    // What is no channel's is the master's business.
    if (type < message.openConfirmation || type > message.failure) return;
    channels.get(body.uint32())?.receive(type, body);
  };
  return {
    open(line) {
      const id = nextId++;
      const channel = openChannel(id, line, relay.send, () => channels.delete(id));
      channels.set(id, channel);
      return channel;
    },
    lose() {
      for (const channel of channels.values()) channel.lose();
    },
  };
}
