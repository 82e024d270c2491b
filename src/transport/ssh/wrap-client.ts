import type { Client, ClientChannel } from 'ssh2';
import type { Host } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { prepareCommand } from '../become.ts';
import { readUntilEnd } from '../read-until-end.ts';
import { remoteInput } from '../remote-input.ts';
import { shellQuote } from '../shell-quote.ts';
import type { Connection, ConnectionEnd, ExecFailure, ExecOptions, Exit, RemoteProcess } from '../transport.ts';

/** How long a server may take to open a channel, and to close the connection, in milliseconds. */
const limits = { channel: 20_000, close: 1_000 };

/** A client that is ready, as the port has it. */
export function wrapClient(client: Client, host: Host): Connection {
  let ending = false;
  let cause = 'the connection was closed by the host';
  const closed = new Promise<ConnectionEnd>(resolve => {
    client.on('error', error => {
      cause = lossOf(error);
    });
    client.once('close', () => resolve(ending ? { kind: 'closed-by-us' } : { kind: 'lost', cause }));
  });
  return {
    closed,
    async exec(argv, options) {
      return startCommand(client, host, argv, options, () => cause);
    },
    async [Symbol.asyncDispose]() {
      ending = true;
      client.end();
      const timer = setTimeout(() => client.destroy(), limits.close);
      await closed;
      clearTimeout(timer);
    },
  };
}

function lossOf(error: Error & { readonly level?: string }): string {
  if (error.level === 'client-timeout') return 'the host stopped answering (keepalive)';
  return `the connection was lost: ${error.message}`;
}

async function startCommand(
  client: Client,
  host: Host,
  argv: readonly [string, ...string[]],
  { signal, as }: ExecOptions,
  cause: () => string,
): Promise<Result<RemoteProcess, ExecFailure>> {
  signal.throwIfAborted();
  const prepared = prepareCommand(argv, as, host.connection.become);
  const opened = await openChannel(client, shellQuote(prepared.argv), signal, cause);
  if (!opened.ok) return opened;
  const channel = opened.value;
  let hungUp = false;
  const exit = new Promise<Exit>(resolve => {
    channel.once('exit', (code: number | null | undefined, name?: string) => {
      // What is said after we have hung up is not how the command ended; and no code at all is no success.
      if (hungUp || code === undefined) return;
      const ended: Exit = code === null ? { kind: 'signal', signal: String(name) } : { kind: 'code', code };
      channel.once('close', () => resolve(ended));
    });
    // Without a word of how the command ended: whatever it was, it was no success.
    channel.once('close', () =>
      setImmediate(() => resolve({ kind: 'lost', cause: hungUp ? 'the channel was closed by us' : cause() })),
    );
  });
  const hangUp = (): void => {
    hungUp = true;
    channel.close();
    channel.destroy();
  };
  signal.addEventListener('abort', hangUp, { once: true });
  void exit.then(() => signal.removeEventListener('abort', hangUp));
  channel.stderr.on('error', () => undefined);
  const stdin = remoteInput(channel);
  if (prepared.firstInput !== '') void stdin.write(prepared.firstInput);
  return ok({ stdout: readUntilEnd(channel), stderr: readUntilEnd(channel.stderr), stdin, exit });
}

function openChannel(
  client: Client,
  line: string,
  signal: AbortSignal,
  cause: () => string,
): Promise<Result<ClientChannel, ExecFailure>> {
  return new Promise((resolve, reject) => {
    const settle = (result: Result<ClientChannel, ExecFailure>): void => {
      clearTimeout(timer);
      client.off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onClose = (): void => settle(err({ kind: 'lost', cause: cause() }));
    const onAbort = (): void => {
      clearTimeout(timer);
      client.off('close', onClose);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => settle(err({ kind: 'refused', cause: `the host opened no channel within ${limits.channel / 1000} s` })),
      limits.channel,
    );
    client.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      client.exec(line, (error, channel) => {
        if (error === undefined && !signal.aborted) settle(ok(channel));
        else if (error === undefined) channel.close();
        else
          settle(
            err({
              kind: 'refused',
              cause: `the host refuses to run commands: ${error.message}`,
              cure: 'MaxSessions in its sshd_config may be too low',
            }),
          );
      });
    } catch (error) {
      settle(err({ kind: 'lost', cause: (error as Error).message }));
    }
  });
}
