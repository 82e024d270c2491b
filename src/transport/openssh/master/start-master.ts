import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SshConnection } from '../../../model/host.ts';
import { splitLines } from '../../../process/lines.ts';
import { processOutput } from '../../process-output.ts';
import type { ConnectLimits } from '../../transport.ts';
import { newSshLog, readLogLine, type SshLog } from '../explain/parse-ssh-log.ts';
import { askpassScript } from './askpass.generated.ts';
import { keepMasterScript } from './keep-master.generated.ts';
import { makePrivateDirectory } from './private-directory.ts';
import { sshArguments } from './ssh-arguments.ts';

/** How long ssh may take to end when it is told to, in milliseconds. */
const stopLimitMs = 1_000;

/** How often the socket is looked for when ssh says nothing, in milliseconds. */
const lookMs = 250;

const maxLineBytes = 4_096;

/** An `ssh` that logs in and then shares its connection, at a control socket of its own. */
export interface Master {
  readonly controlPath: string;
  /** What it has said so far. */
  readonly talk: SshLog;
  /** Settles when it has logged in and listens at its socket; without end if it does not. */
  readonly listens: Promise<void>;
  /** Settles when it has ended and all that it said is heard. */
  readonly ended: Promise<void>;
  /** Ends it if need be, and removes what it used; never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts `ssh` in a session of its own: Ctrl-C at the terminal is not for it, and it has no terminal to ask at. It does
 * not outlive us, however we end. Rejects if the system cannot start it.
 */
export async function startMaster(program: string, connection: SshConnection, limits: ConnectLimits): Promise<Master> {
  const directory = await makePrivateDirectory();
  try {
    const controlPath = join(directory, 's');
    const command = [program, ...sshArguments(connection, limits, controlPath)];
    const askpass = join(directory, 'askpass');
    if (connection.password !== undefined) await writeFile(askpass, askpassScript, { mode: 0o700 });
    const child = spawn('sh', ['-c', keepMasterScript, 'sh', directory, ...command], {
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...(connection.password === undefined ? { SSH_ASKPASS_REQUIRE: 'never' } : asking(askpass)),
      },
    });
    await once(child, 'spawn');
    const { stdin: lifeline, stderr } = child;
    const answer = child.stdio[3];
    if (lifeline === null || stderr === null) throw new Error('a process without its pipes');
    for (const stream of [lifeline, stderr, answer]) stream?.on('error', () => undefined);
    if (answer instanceof Writable)
      answer.end(connection.password === undefined ? '' : `${connection.password.reveal()}\n`);
    return follow(child, lifeline, stderr, directory, controlPath);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** An ssh before 8.4 asks by a program only if there is a display. */
function asking(askpass: string): NodeJS.ProcessEnv {
  return { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: process.env['DISPLAY'] ?? 'none' };
}

function follow(
  child: ChildProcess,
  lifeline: Writable,
  stderr: Readable,
  directory: string,
  controlPath: string,
): Master {
  const talk = newSshLog();
  const exited = once(child, 'exit');
  // What ssh has started may go on and hold its standard error open: after ssh's end it has a moment to say its last.
  const deaf = new AbortController();
  const listens = new Promise<void>(resolve => {
    const look = (): void => {
      if (!existsSync(controlPath)) return;
      clearInterval(timer);
      resolve();
    };
    const timer = setInterval(look, lookMs);
    void exited.then(() => clearInterval(timer));
    // It says something right after the socket is there, so that the timer is only for one that does not.
    stderr.on('readable', look);
  });
  const heard = (async () => {
    for await (const line of splitLines(processOutput(stderr, deaf.signal), { maxLineBytes })) readLogLine(talk, line);
  })();
  const ended = exited.then(async ([code]) => {
    await Promise.race([heard, sleep(100)]);
    deaf.abort();
    stderr.destroy();
    if (code === 127) talk.isMissing = true;
  });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    lifeline.end();
    const timer = setTimeout(() => killGroup(child), stopLimitMs);
    await ended;
    clearTimeout(timer);
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  };
  return {
    ...{ controlPath, talk, listens, ended },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
