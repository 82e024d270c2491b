import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shell } from '../completion/shells.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { findShipped } from '../find-shipped.ts';
import { ownConsole } from '../own-console.ts';

/** `tapbook completion SHELL`: prints a script for that shell. */
export async function printCompletion(shell: Shell): Promise<ExitCode> {
  const folder = await findShipped('templates/completion', 'tapbook.bash');
  ownConsole.print(await readFile(join(folder, `tapbook.${shell}`), 'utf8'));
  return exitCodes.ok;
}
