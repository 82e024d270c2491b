import type { Client, ClientChannel } from 'ssh2';
import { printableLine } from '../../../model/printable-text.ts';
import type { Result } from '../../../model/result.ts';
import { onAbort } from '../../../process/on-abort.ts';
import { processOutput } from '../../process-output.ts';
import { remoteInput } from '../../remote-input.ts';
import { commandLine } from '../../shell/command-line.ts';
import { startedNothing } from '../../started-nothing.ts';
import type { ExecFailure, Exit, RemoteProcess } from '../../transport.ts';
import { askForChannel } from './ask-for-channel.ts';

/** A reason, since an abort without one makes an error with its trace. */
const ended: unique symbol = Symbol('ended');

/** A client that is ready, and what is to be said when it is not any more. */
export interface Server {
  readonly client: Client;
  readonly whyLost: () => string;
  /** How long it may take to open a channel and start a command in it, in milliseconds. */
  readonly startLimitMs: number;
}

/** Starts a command in a channel of its own. Throws only the reason of `signal`. */
export function startCommand(
  server: Server,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<Result<RemoteProcess, ExecFailure>> {
  const { client, whyLost, startLimitMs } = server;
  const line = commandLine(argv);
  if (!line.ok) return Promise.resolve(line);
  return askForChannel(client, {
    ask: answer => client.exec(line.value, answer),
    use: channel => asRemote(server, channel, signal),
    refused: refusal,
    tooLate: () => startedNothing(startLimitMs),
    lost: () => ({ kind: 'lost', cause: whyLost() }),
    limitMs: startLimitMs,
    signal,
  });
}

function refusal(error: Error): ExecFailure {
  return {
    kind: 'refused',
    cause: `the host refuses to run a command: ${printableLine(error.message, 500)}`,
    cure: 'see MaxSessions and ForceCommand in its sshd_config',
  };
}

function asRemote({ client, whyLost }: Server, channel: ClientChannel, signal: AbortSignal): RemoteProcess {
  const gone = new AbortController();
  const over = new AbortController();
  const link = { isUp: true };
  const exit = new Promise<Exit>(resolve => {
    const onLinkDown = (): void => {
      link.isUp = false;
      over.abort(ended);
    };
    const finish = (end: Exit): void => {
      forget();
      client.off('close', onLinkDown);
      over.abort(ended);
      resolve(end);
    };
    const hangUp = (): void => {
      gone.abort(ended);
      channel.close();
      finish({ kind: 'lost', cause: 'the channel was closed by us' });
    };
    const errorsRead = new Promise(read => {
      channel.stderr.once('end', read);
    });
    // Comes when standard output is read to its end; before that, a code would promise more than is known.
    channel.once('close', (code?: number | null, name?: string) => {
      const end = endOf(code, name, link.isUp ? 'the host closed the channel without saying how it ended' : whyLost());
      void errorsRead.then(() => finish(end));
    });
    channel.once('exit', () => over.abort(ended));
    client.once('close', onLinkDown);
    const forget = onAbort(signal, hangUp);
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

/** ssh2 gives null for a signal, whose name it writes with `SIG`, and undefined where the server has not said. */
function endOf(code: number | null | undefined, name: string | undefined, cause: string): Exit {
  if (code === undefined) return { kind: 'lost', cause };
  if (code === null) return { kind: 'signal', signal: String(name).replace(/^SIG/, '') };
  return { kind: 'code', code };
}
