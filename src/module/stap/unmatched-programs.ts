import { quotedPoint } from './quoted-point.ts';
import { readStapMessages } from './read-stap-messages.ts';

/** More are not asked for. */
const mostPrograms = 20;

/**
 * The absolute paths of programs and libraries in which stap found no probe point. It says the same where there is no such
 * file.
 */
export function unmatchedPrograms(log: string, args: readonly string[]): readonly string[] {
  const programs = new Set<string>();
  for (const message of readStapMessages(log.split('\n').slice(0, mostLines))) {
    if (programs.size >= mostPrograms) break;
    if (message.text !== 'no match') continue;
    for (const path of quotedPoint(message, args)?.programs ?? []) if (path.startsWith('/')) programs.add(path);
  }
  return [...programs].slice(0, mostPrograms);
}

/** What comes first says why the rest comes. */
const mostLines = 10_000;
