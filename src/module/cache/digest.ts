import { createHash } from 'node:crypto';
import type { Sha256 } from '../../model/ids.ts';

export function digest(bytes: Uint8Array | string): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256;
}
