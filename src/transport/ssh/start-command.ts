import type { Client, ClientChannel } from 'ssh2';
import { err, ok, type Result } from '../../model/result.ts';
import { processOutput } from '../process-output.ts';
import { remoteInput } from '../remote-input.ts';
import { shellQuote } from '../shell-quote.ts';
import type { ExecFailure, Exit, RemoteProcess } from '../transport.ts';

/** How long a server may take to open a channel and start a command in it, in milliseconds. */
const limitMs = 15_000;

/** A client that is ready, and what is to be said when it is not any more. */
export interface Server {
  readonly client: Client;
  readonly whyLost: () => string;
}

/** Starts a command in a channel of its own. Throws only the reason of `signal`. */
export function startCommand(
  server: Server,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<Result<RemoteProcess, ExecFailure>> {
  const { client, whyLost } = server;
  const line = shellQuote(argv);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let isWaiting = true;
    const settle = (how: () => void): void => {
      isWaiting = false;
      clearTimeout(timer);
      client.off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      how();
    };
    const fail = (failure: ExecFailure): void => settle(() => resolve(err(failure)));
    const onClose = (): void => fail({ kind: 'lost', cause: whyLost() });
    const onAbort = (): void => settle(() => reject(signal.reason));
    const timer = setTimeout(
      () => fail({ kind: 'refused', cause: `the host started no command within ${limitMs / 1000} s` }),
      limitMs,
    );
    client.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      client.exec(line, (error, channel) => {
        if (!isWaiting) channel?.close();
        else if (error) fail(refusal(error));
        // At once, not after an await: a short command's end may follow in the same packet.
        else settle(() => resolve(ok(asRemote(server, channel, signal))));
      });
    } catch {
      // ssh2 throws when its socket is closed already.
      fail({ kind: 'lost', cause: whyLost() });
    }
  });
}

function refusal(error: Error): ExecFailure {
  return {
    kind: 'refused',
    cause: `the host refuses to run a command: ${error.message}`,
    cure: 'see MaxSessions and ForceCommand in its sshd_config',
  };
}

function asRemote({ client, whyLost }: Server, channel: ClientChannel, signal: AbortSignal): RemoteProcess {
  const gone = new AbortController();
  const over = new AbortController();
  const isConnected = { yes: true };
  const onClientClose = (): void => {
    isConnected.yes = false;
    over.abort();
  };
  const exit = new Promise<Exit>(resolve => {
    const finish = (end: Exit): void => {
      signal.removeEventListener('abort', hangUp);
      client.off('close', onClientClose);
      over.abort();
      resolve(end);
    };
    const hangUp = (): void => {
      gone.abort();
      channel.close();
      finish({ kind: 'lost', cause: 'the channel was closed by us' });
    };
    // Comes when standard output is read to its end; before that, a code would promise more than is known.
    channel.once('close', (code?: number | null, name?: string) => {
      if (typeof code === 'number') finish({ kind: 'code', code });
      else if (code === null) finish({ kind: 'signal', signal: String(name).replace(/^SIG/, '') });
      else
        finish({
          kind: 'lost',
          cause: isConnected.yes ? 'the host closed the channel without saying how it ended' : whyLost(),
        });
    });
    channel.once('exit', () => over.abort());
    client.once('close', onClientClose);
    signal.addEventListener('abort', hangUp, { once: true });
    if (signal.aborted) hangUp();
  });
  channel.stderr.on('error', () => undefined);
  return {
    stdout: processOutput(channel, gone.signal),
    stderr: processOutput(channel.stderr, gone.signal),
    stdin: remoteInput(channel, over.signal),
    exit,
  };
}
