import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and can fail as networks do. */
export interface TcpRelay extends AsyncDisposable {
  readonly port: number;
  /** How many connections there were. */
  readonly connections: () => number;
  /** From now on nothing comes through, in either direction, and nobody is told. */
  readonly blackhole: () => void;
  /** Ends all connections by RST; new ones come through. */
  readonly reset: () => void;
  /** Takes new connections and lets nothing through, until `open`. */
  readonly hold: () => void;
  readonly open: () => void;
  /** From now on new connections are refused, until it listens again, on the same port. */
  readonly refuse: () => void;
  readonly listen: () => Promise<void>;
}

/** Listens on a free port of 127.0.0.1 for what is meant for `target`. */
export async function startTcpRelay(target: number): Promise<TcpRelay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const clients = new Set<Socket>();
  const waiting = new Set<() => void>();
  let count = 0;
  let state: 'open' | 'held' | 'black' = 'open';
  const server = createServer(client => {
    count++;
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => undefined);
    if (state === 'black') return;
    const join = (): void => {
      const upstream = connect(target, '127.0.0.1');
      const pair = [client, upstream] as const;
      pairs.add(pair);
      upstream.on('error', () => client.destroy());
      for (const [from, to] of [pair, [upstream, client] as const]) {
        from.pipe(to);
        from.on('close', () => {
          to.destroy();
          pairs.delete(pair);
        });
      }
    };
    if (state === 'held') waiting.add(join);
    else join();
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const all = (act: (socket: Socket) => void): void => {
    for (const pair of pairs) for (const socket of pair) act(socket);
  };
  return {
    port: address.port,
    connections: () => count,
    blackhole() {
      state = 'black';
      waiting.clear();
      all(socket => {
        socket.unpipe();
        socket.pause();
      });
    },
    reset() {
      waiting.clear();
      for (const client of clients) client.resetAndDestroy();
      all(socket => socket.resetAndDestroy());
    },
    hold() {
      state = 'held';
    },
    open() {
      state = 'open';
      for (const join of waiting) join();
      waiting.clear();
    },
    refuse() {
      server.close();
    },
    listen: () => listen(address.port),
    async [Symbol.asyncDispose]() {
      all(socket => socket.destroy());
      for (const client of clients) client.destroy();
      await new Promise<void>(resolve => {
        server.close(() => resolve());
      }).catch(() => undefined);
    },
  };
}
