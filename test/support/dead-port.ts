import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface DeadPort extends AsyncDisposable {
  /** Of 127.0.0.1: as a host that is switched off, it answers nothing. */
  readonly port: number;
}

/** A server that takes no connection and has as many waiting as it may: the kernel then drops what comes. */
export async function openDeadPort(): Promise<DeadPort> {
  const program = `const server = require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => process.kill(process.pid, 'SIGSTOP'));
  });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(said.toString());
  const sockets: Socket[] = [];
  for (let isTaken = true; isTaken; ) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    isTaken = await once(socket, 'connect', { signal: AbortSignal.timeout(300) }).then(
      () => true,
      () => false,
    );
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
