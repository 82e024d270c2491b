import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseRunId } from '../../model/ids.ts';
import { stateDirectory } from '../paths.ts';

/** Reads `--limit`: `@RUN-ID` and `@` with a run's directory become the path of the list of hosts that failed in that run. */
export function expandRunLimit(limit: string): string {
  return limit
    .split(',')
    .map(part => {
      const text = part.trim();
      if (!text.startsWith('@')) return part;
      const path = text.slice(1);
      if (parseRunId(path) !== undefined) return `@${join(stateDirectory(), 'runs', path, 'failed.hosts')}`;
      const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
      return isDirectory ? `@${join(path, 'failed.hosts')}` : part;
    })
    .join(',');
}
