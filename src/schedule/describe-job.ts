import { basename, resolve } from 'node:path';
import { markUnprintable, printableText } from '../model/printable-text.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { err, ok, type Result } from '../model/result.ts';
import { parseCron } from './cron-time.ts';
import type { ScheduledJob } from './scheduled-job.ts';

export interface JobWishes {
  /** The playbook, or a saved plan. */
  readonly path: string;
  /** As in a crontab. */
  readonly cron: string;
  /** Default: made of the playbook's file name. */
  readonly name?: string;
  /** In seconds. */
  readonly randomDelay?: number;
  /** The options for the apply, as words that mean the same from anywhere. */
  readonly given: readonly string[];
}

/** Where the job is described, and the program that is to run it. */
export interface JobSurroundings extends Pick<ScheduledJob, 'directory' | 'home' | 'environment'> {
  /** tapbook, as words of a command line; paths absolute. */
  readonly program: readonly string[];
}

/** Describes an apply that is to be run again and again, quietly. The error says why its time or its name cannot be used. */
export function describeJob(
  { path, cron, name = basename(path).replace(/\.(?:ya?ml|json)$/, ''), randomDelay = 0, given }: JobWishes,
  { directory, home, environment, program }: JobSurroundings,
): Result<ScheduledJob, Refusal> {
  const time = parseCron(cron);
  if (!time.ok) {
    const cure = "for example --cron '*/15 * * * *', or @hourly";
    return err(refuse('wrong-usage', { code: 'wrong-usage', message: `--cron "${cron}": ${time.error}`, cure }));
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/.test(name)) {
    const message = `"${name}" cannot name a job: it takes letters, digits and . _ -`;
    return err(refuse('wrong-usage', { code: 'wrong-usage', message, cure: 'give it another one with --name' }));
  }
  const quiet = given.includes('--quiet') ? [] : ['--quiet'];
  const argv = [...program, 'apply', resolve(directory, path), ...given, ...quiet];
  const odd = [...argv, directory, home, ...Object.values(environment)].find(
    word => isControl(word) || printableText(word) !== word,
  );
  if (odd !== undefined) {
    const shown = markUnprintable(JSON.stringify(odd), sayCode);
    const message = isControl(odd)
      ? `${shown} cannot be in a job: what stands behind a line end in it would be a job of its own`
      : `${shown} cannot be in a job: it has characters in it that nobody sees who reads the job`;
    const cure = 'rename it, or write the value into a file: -e @FILE';
    return err(refuse('wrong-usage', { code: 'wrong-usage', message, cure }));
  }
  return ok({
    ...{ name, time: time.value, argv, directory },
    home,
    environment,
    description: `tapbook apply ${basename(path)}`,
    randomDelaySeconds: randomDelay,
  });
}

/** Neither a crontab nor a unit can quote one. */
function isControl(word: string): boolean {
  return /\p{Cc}/u.test(word);
}

function sayCode(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}
