import { type ExitCode, exitCodes } from './exit-code.ts';
import type { InventoryOptions } from './options.ts';
import { selectFromInventory } from './select-from-inventory.ts';

/** `tapbook inventory list`: a name a line; with `--format json` an object a host, with its groups and variables. */
export async function listInventory(pattern: string, options: InventoryOptions): Promise<ExitCode> {
  const hosts = await selectFromInventory(pattern, options, new AbortController().signal);
  if (!hosts.ok) return hosts.error;
  for (const { name, groups, vars } of hosts.value) {
    process.stdout.write(options.format === 'json' ? `${JSON.stringify({ name, groups, vars })}\n` : `${name}\n`);
  }
  return exitCodes.ok;
}
