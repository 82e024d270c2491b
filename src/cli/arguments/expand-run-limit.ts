import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { findRun } from '../../history/read/find-run.ts';
import { parseRunId } from '../../model/ids.ts';
import { stateDirectory } from '../paths.ts';

/**
 * Reads `--limit`: `@last`, `@RUN` and `@` with a run's directory become the path of the list of hosts that failed in that run.
 * A file of that name wins. Throws `InvalidArgumentError` where there is no such run.
 */
export function expandRunLimit(limit: string): string {
  return limit
    .split(',')
    .map(part => {
      const text = part.trim();
      if (!text.startsWith('@')) return part;
      const path = text.slice(1);
      if (isDirectory(path)) return `@${join(path, 'failed.hosts')}`;
      if (!isRun(path) || existsSync(path)) return part;
      const whole = parseRunId(path);
      const found = whole === undefined ? findRun(stateDirectory(), path) : { ok: true as const, value: whole };
      if (!found.ok) throw new InvalidArgumentError(`${found.error.message}; ${found.error.cure}`);
      return `@${join(stateDirectory(), 'runs', found.value, 'failed.hosts')}`;
    })
    .join(',');
}

/** A name may be none that a file can have, too long for one: whoever reads the file says so. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** What names a run in `tapbook show`, and is no more likely to be a file's name: of an id the day at least. */
function isRun(text: string): boolean {
  return /^(?:last(?::.+)?|-\d+|\d{8}(?:T[\dA-Za-z-]*)?)$/.test(text);
}
