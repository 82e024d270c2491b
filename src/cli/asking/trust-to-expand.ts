import { dirname } from 'node:path';
import type { ProgramTrust } from '../../model/program-trust.ts';
import { findFolderToTrust } from '../arguments/find-defaults.ts';
import { createProgramTrust } from './create-program-trust.ts';

/** Who decides on the commands of `expand` in a playbook, unless the user has said `--expand`. */
export function trustToExpand(
  playbook: string,
  { expand, ref }: { readonly expand?: boolean; readonly ref?: string },
): { readonly expandTrust?: ProgramTrust } {
  if (expand) return {};
  const find = (signal: AbortSignal): ReturnType<typeof findFolderToTrust> =>
    findFolderToTrust(dirname(playbook), ref, signal);
  return { expandTrust: createProgramTrust({ by: playbook, find, places: [], otherwise: 'give --expand' }) };
}
