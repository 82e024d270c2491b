import { commandLimitMs, type Host } from '../../../model/host.ts';
import { optional } from '../../../model/optional.ts';
import { startFor } from '../../become/become.ts';
import type { Connection, ConnectionEnd } from '../../transport.ts';
import type { Relay } from '../channels/open-relay.ts';
import { runChannels } from '../channels/run-channels.ts';
import { startCommand } from '../channels/start-command.ts';
import { explainLoss } from '../explain/explain-loss.ts';
import type { Master } from './start-master.ts';

/** An `ssh` that has logged in, and the way through it, as the port has it. */
export function wrapMaster(master: Master, relay: Relay, host: Host): Connection {
  let isEnding = false;
  let lost: string | undefined;
  // What it said while it logged in has nothing to do with its end.
  master.talk.words.length = 0;
  const identity = master.talk.hasChangedKey ? 'changed' : 'known';
  const channels = runChannels(relay);
  const closed = Promise.race([relay.closed, master.ended]).then(async (): Promise<ConnectionEnd> => {
    // It is of no more use, and has to have ended until all is known that it said.
    relay.close();
    await master.stop();
    lost = isEnding ? 'the connection was closed by us' : explainLoss(master.talk);
    channels.lose();
    return isEnding ? { kind: 'closed-by-us' } : { kind: 'lost', cause: lost };
  });
  const server = {
    channels,
    whyLost: () => (isEnding ? 'the connection was closed by us' : lost),
    startLimitMs: commandLimitMs(host),
  };
  return {
    closed,
    ...optional('hostKey', master.talk.hostKey),
    exec(argv, options) {
      return startFor(host, argv, (command, limit) => startCommand(server, command, limit), options, identity);
    },
    async [Symbol.asyncDispose]() {
      isEnding = true;
      relay.close();
      await closed;
    },
  };
}
