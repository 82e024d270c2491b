import { dirname } from 'node:path';
import type { ProgramTrust } from '../../model/program-trust.ts';
import { findFolderToTrust } from '../arguments/find-defaults.ts';
import { createProgramTrust } from './create-program-trust.ts';

/**
 * Who decides on what a playbook or a saved plan would run on this machine: the commands of `expand`, unless the user has said
 * `--expand`; and where a plan names its inventory, that.
 */
export function trustInFile(
  path: string,
  { expand, ref }: { readonly expand?: boolean; readonly ref?: string },
): { readonly expandTrust?: ProgramTrust; readonly planTrust: ProgramTrust } {
  const find = (signal: AbortSignal): ReturnType<typeof findFolderToTrust> =>
    findFolderToTrust(dirname(path), ref, signal);
  const by = { by: path, find, places: [] };
  const planTrust = createProgramTrust({ ...by, otherwise: 'name the inventory with -i' });
  return expand ? { planTrust } : { planTrust, expandTrust: createProgramTrust({ ...by, otherwise: 'give --expand' }) };
}
