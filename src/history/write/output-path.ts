import { join } from 'node:path';
import type { OutputLine } from '../../model/event.ts';
import type { HostName } from '../../model/ids.ts';
import { hostFileName } from './host-file-name.ts';

/** Where a run keeps what its scripts print on a host. */
export function outputPath(directory: string, host: HostName, stream: OutputLine['stream']): string {
  return join(directory, 'output', `${hostFileName(host)}.${stream === 'stdout' ? 'txt' : 'err.txt'}`);
}
