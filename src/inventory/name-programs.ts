import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printableLine } from '../model/printable-text.ts';
import type { NamedProgram } from '../model/program-trust.ts';
import { judgeProgram } from './written/judge-program.ts';
import type { ListedSources } from './written/list-sources.ts';

/** The path that a user knows, for one of a copy. */
type StandsFor = ((path: string) => string) | undefined;

/** Which files of an inventory are programs, before any is run. What cannot be looked at is told by who reads it. */
export async function namePrograms(
  listed: readonly Pick<ListedSources, 'files'>[],
  standsFor: StandsFor,
): Promise<readonly NamedProgram[]> {
  const named: NamedProgram[] = [];
  for (const [source, { files }] of listed.entries()) {
    for (const file of files) {
      if (await isProgram(file)) named.push(nameProgram(file, source, standsFor));
    }
  }
  return named;
}

export function nameProgram(path: string, source: number, standsFor: StandsFor): NamedProgram {
  const known = standsFor?.(path) ?? path;
  // As the user has written it, where nothing else is meant.
  return { what: `the program ${printableLine(known === resolve(path) ? path : known)}`, source };
}

async function isProgram(path: string): Promise<boolean> {
  try {
    return (await judgeProgram(path, await stat(path))) === 'runs';
  } catch {
    return false;
  }
}
