import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowRelay extends AsyncDisposable {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** How often the client had to wait for the server: round trips, over all connections. */
  readonly turns: () => number;
}

/** Stands before a port; each piece of data comes so many milliseconds later, in either direction. */
export async function startSlowRelay(target: number, delayMs: number): Promise<SlowRelay> {
  let turns = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, client => {
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    let last: Socket | undefined;
    for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      let chain = Promise.resolve();
      const later = (act: () => void): void => {
        // What came at about the same time waits at the same time.
        const due = delayMs === 0 ? Promise.resolve() : sleep(delayMs);
        chain = chain.then(() => due).then(act);
      };
      from.on('data', chunk => {
        if (from === upstream && last === client) turns++;
        last = from;
        later(() => to.write(chunk));
      });
      from.on('end', () => later(() => to.end()));
      from.on('close', () => sockets.delete(from));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    turns: () => turns,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
