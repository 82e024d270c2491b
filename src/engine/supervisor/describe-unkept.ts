import type { ScriptFinished } from '../../model/event.ts';
import { formatBytes } from '../../model/format-bytes.ts';

/** What of a script's output on a host is not kept, why, and what mends that, in one line. */
export function describeUnkept({ lines, bytes, limit, most }: NonNullable<ScriptFinished['unkept']>): string {
  const what = `${lines} line${lines === 1 ? '' : 's'} (${formatBytes(bytes)}) not kept`;
  return limit === 'max_file'
    ? `${what}: output.max_file is ${formatBytes(most)}; print less, or raise it`
    : `${what}: the run keeps ${formatBytes(most)}; print less, or raise --max-output`;
}
