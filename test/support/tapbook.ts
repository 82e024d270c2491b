import { spawn } from 'node:child_process';
import type { Event } from '../../src/model/event.ts';
import { assertValidEvent } from './event-validator.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** What came on standard output so far. */
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** What has ended it, if a signal did. */
  endedBy(): NodeJS.Signals | null;
  /** Nobody reads its standard output, until `resume`. */
  pause(): void;
  resume(): void;
  readonly finished: Promise<Finished>;
}

const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;

interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** How many files it may have open. */
  readonly openFiles?: number;
}

/** Starts the bundled program as a user does, with its own cache and history if `env` says so. */
export function startTapbook(args: readonly string[], { env = {}, cwd = '.', openFiles }: StartOptions = {}): Running {
  const command = [process.execPath, program, ...args];
  const limited = ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command];
  const [first = '', ...rest] = openFiles === undefined ? command : limited;
  const child = spawn(first, rest, {
    cwd,
    // Colours and CI of whoever runs the tests are not theirs.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: signal => child.kill(signal),
    endedBy: () => child.signalCode,
    pause: () => child.stdout.pause(),
    resume: () => child.stdout.resume(),
    finished: new Promise(resolve => child.once('close', code => resolve({ code, stdout, stderr }))),
  };
}

export function runTapbook(...args: Parameters<typeof startTapbook>): Promise<Finished> {
  return startTapbook(...args).finished;
}

/** The events of `--format json`, each checked against the schema that is shipped. */
export function parseEvents(stdout: string): readonly Event[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => {
      const event: unknown = JSON.parse(line);
      assertValidEvent(event);
      return event as Event;
    });
}

/** The events of one kind. */
export function eventsOf<Kind extends Event['kind']>(
  events: readonly Event[],
  kind: Kind,
): readonly Extract<Event, { readonly kind: Kind }>[] {
  return events.filter((event): event is Extract<Event, { readonly kind: Kind }> => event.kind === kind);
}
