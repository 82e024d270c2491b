import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { err, ok, type Result } from '../../../model/result.ts';
import { deferred } from '../../../process/deferred.ts';
import { onAbort } from '../../../process/on-abort.ts';
import { lastLineOf } from '../../become/explain-become.ts';
import { processOutput } from '../../process-output.ts';
import { remoteInput } from '../../remote-input.ts';
import { commandLine } from '../../shell/command-line.ts';
import { startedNothing } from '../../started-nothing.ts';
import type { ExecFailure, Exit, RemoteProcess } from '../../transport.ts';
import type { Channel } from './open-channel.ts';
import type { Channels } from './run-channels.ts';

/** A connection that is up, and what is to be said when it is not any more; undefined as long as it is. */
export interface Server {
  readonly channels: Channels;
  readonly whyLost: () => string | undefined;
  /** How long it may take to open a channel and start a command in it, in milliseconds. */
  readonly startLimitMs: number;
}

/** Starts a command in a channel of its own. Throws only the reason of `signal`. */
export async function startCommand(
  { channels, whyLost, startLimitMs }: Server,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<Result<RemoteProcess, ExecFailure>> {
  signal.throwIfAborted();
  const line = commandLine(argv);
  if (!line.ok) return line;
  const lost = whyLost();
  if (lost !== undefined) return err({ kind: 'lost', cause: lost });
  const channel = channels.open(line.value);
  const process = asRemote(channel, whyLost, signal);
  const giveUp = deferred<'too-slow' | 'aborted'>();
  const timer = setTimeout(() => giveUp.resolve('too-slow'), startLimitMs);
  const forget = onAbort(signal, () => giveUp.resolve('aborted'));
  const start = await Promise.race([channel.started, giveUp.promise]);
  clearTimeout(timer);
  forget();
  signal.throwIfAborted();
  if (start === 'aborted' || start === 'too-slow') {
    channel.close();
    return err(startedNothing(startLimitMs));
  }
  switch (start.kind) {
    case 'runs':
      return ok(process);
    case 'refused':
      return err(refusal(lastLineOf(start.word)));
    case 'gone': {
      const cause = whyLost();
      return err(cause === undefined ? refusal('it closed the channel') : { kind: 'lost', cause });
    }
    default:
      return start satisfies never;
  }
}

function refusal(word: string): ExecFailure {
  return {
    kind: 'refused',
    cause: `the host refuses to run a command: ${word}`,
    cure: 'see MaxSessions and ForceCommand in its sshd_config',
  };
}

function asRemote(channel: Channel, whyLost: () => string | undefined, signal: AbortSignal): RemoteProcess {
  const gone = new AbortController();
  const { stdin, stdout, stderr, over, closed } = channel;
  const exit = new Promise<Exit>(resolve => {
    const hangUp = (): void => {
      gone.abort();
      channel.close();
      resolve({ kind: 'lost', cause: 'the channel was closed by us' });
    };
    const forget = onAbort(signal, hangUp);
    // Before the outputs are read to their end, a code would promise more than is known.
    void Promise.all([closed, endOf(stdout), endOf(stderr)]).then(([said]) => {
      forget();
      const cause = whyLost() ?? 'the host closed the channel without saying how it ended';
      resolve(said ?? { kind: 'lost', cause });
    });
  });
  return {
    stdout: processOutput(stdout, gone.signal),
    stderr: processOutput(stderr, gone.signal),
    stdin: remoteInput(stdin, over),
    exit,
  };
}

async function endOf(stream: Readable): Promise<void> {
  await once(stream, 'end');
}
