import { randomBytes } from 'node:crypto';
import { parseRunId, type RunId } from '../../model/ids.ts';

/** `20261123T004105Z-1a2b3c`: when, in UTC, so that names sort by time, and six random digits for two in one second. */
export function newRunId(at: Date): RunId {
  const stamp = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  const text = `${stamp}-${randomBytes(3).toString('hex')}`;
  const id = parseRunId(text);
  if (id === undefined) throw new RangeError(`no run id can be made for the year ${at.getUTCFullYear()}`);
  return id;
}
