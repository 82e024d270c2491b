import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseRunId } from '../../model/ids.ts';
import { stateDirectory } from '../paths.ts';

/** What stands behind `--limit`, with the hosts that failed in a run in place of `@RUN-ID` or of the run's directory. */
export function limitOfRun(limit: string): string {
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
