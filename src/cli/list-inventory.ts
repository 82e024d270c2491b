import { selectHosts } from '../inventory/select-hosts.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { InventoryOptions } from './options.ts';
import { sayDiagnostics } from './say-diagnostics.ts';
import { openInventory } from './select-plays.ts';

/** `tapbook inventory list`: a name a line; with `--format json` an object a host, with its groups and variables. */
export async function listInventory(pattern: string, options: InventoryOptions): Promise<ExitCode> {
  const inventory = await openInventory(options.inventory, new AbortController().signal);
  if (!inventory.ok) {
    sayDiagnostics(inventory.error, options.format);
    return exitCodes.invalidInput;
  }
  if (options.format === 'text') sayDiagnostics(inventory.value.warnings, 'text');
  const hosts = selectHosts(inventory.value, pattern, options.limit ?? []);
  if (!hosts.ok) {
    sayDiagnostics([hosts.error], options.format);
    return exitCodes.noHosts;
  }
  for (const { name, groups, vars } of hosts.value) {
    process.stdout.write(options.format === 'json' ? `${JSON.stringify({ name, groups, vars })}\n` : `${name}\n`);
  }
  return exitCodes.ok;
}
