import { spawn } from 'node:child_process';
import type { Host } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { prepareCommand } from '../become.ts';
import { readUntilEnd } from '../read-until-end.ts';
import { remoteInput } from '../remote-input.ts';
import type {
  Connection,
  ConnectionEnd,
  ExecFailure,
  ExecOptions,
  Exit,
  RemoteProcess,
  Transport,
} from '../transport.ts';

/** Runs commands on this machine, without SSH and without a shell. */
export function createLocalTransport(): Transport {
  return {
    async connect(host, { signal }) {
      signal.throwIfAborted();
      return ok(openLocal(host));
    },
  };
}

function openLocal(host: Host): Connection {
  let settle: (end: ConnectionEnd) => void = () => undefined;
  const closed = new Promise<ConnectionEnd>(resolve => {
    settle = resolve;
  });
  const running = new Set<() => void>();
  return {
    closed,
    exec(argv, options) {
      return start(host, argv, options, running);
    },
    async [Symbol.asyncDispose]() {
      for (const hangUp of running) hangUp();
      settle({ kind: 'closed-by-us' });
    },
  };
}

function start(
  host: Host,
  argv: readonly [string, ...string[]],
  { signal, as }: ExecOptions,
  running: Set<() => void>,
): Promise<Result<RemoteProcess, ExecFailure>> {
  signal.throwIfAborted();
  const { argv: real, firstInput } = prepareCommand(argv, as, host.connection.become);
  const [command, ...args] = real;
  return new Promise(resolve => {
    // A process group of its own: Ctrl-C at the terminal is for tapbook, which tells its commands by their input.
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      resolve(err({ kind: 'refused', cause: missing ? `${command} is not installed here` : error.message }));
    });
    child.once('spawn', () => {
      let lost: string | undefined;
      const hangUp = (): void => {
        lost = 'the channel was closed';
        child.stdin.destroy();
        child.stdout.destroy();
        child.stderr.destroy();
      };
      running.add(hangUp);
      signal.addEventListener('abort', hangUp, { once: true });
      const exit = new Promise<Exit>(settle => {
        child.once('close', (code, name) => {
          running.delete(hangUp);
          signal.removeEventListener('abort', hangUp);
          if (lost !== undefined) settle({ kind: 'lost', cause: lost });
          else if (code !== null) settle({ kind: 'code', code });
          else settle({ kind: 'signal', signal: String(name).replace(/^SIG/, '') });
        });
        // Whoever hangs up does not wait for a process that does not watch its input.
        signal.addEventListener('abort', () => settle({ kind: 'lost', cause: 'the channel was closed' }), {
          once: true,
        });
      });
      const stdin = remoteInput(child.stdin);
      if (firstInput !== '') void stdin.write(firstInput);
      resolve(ok({ stdout: readUntilEnd(child.stdout), stderr: readUntilEnd(child.stderr), stdin, exit }));
    });
  });
}
