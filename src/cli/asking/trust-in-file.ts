import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProgramTrust } from '../../model/program-trust.ts';
import { err } from '../../model/result.ts';
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
  const find = async (signal: AbortSignal): ReturnType<typeof findFolderToTrust> => {
    if (ref !== undefined) return findFolderToTrust(dirname(path), ref, signal);
    // By a link, a folder that is trusted has beside it what another one says.
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    const real = await realpath(path).catch(() => join(folder, basename(path)));
    if (dirname(real) === folder) return findFolderToTrust(folder, ref, signal);
    const message = `${path} is a link that leads to ${real}`;
    return err({ severity: 'error', code: 'unsafe-folder', message, cure: 'name that file itself' });
  };
  const by = { by: path, find, places: [] };
  const planTrust = createProgramTrust({ ...by, otherwise: 'name the inventory with -i' });
  return expand ? { planTrust } : { planTrust, expandTrust: createProgramTrust({ ...by, otherwise: 'give --expand' }) };
}
