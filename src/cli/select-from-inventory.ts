import { selectHosts } from '../inventory/select-hosts.ts';
import type { Host } from '../model/host.ts';
import { err, ok, type Result } from '../model/result.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { InventoryOptions } from './options.ts';
import { sayDiagnostics } from './say-diagnostics.ts';
import { openInventory } from './select-plays.ts';

/** The hosts that a pattern selects, for commands without a playbook. What is wrong has been said. */
export async function selectFromInventory(
  pattern: string,
  { inventory: sources, limit = [], format }: InventoryOptions,
  signal: AbortSignal,
): Promise<Result<readonly Host[], ExitCode>> {
  const inventory = await openInventory(sources, signal);
  if (!inventory.ok) {
    sayDiagnostics(inventory.error, format);
    return err(exitCodes.invalidInput);
  }
  if (format === 'text') sayDiagnostics(inventory.value.warnings, 'text');
  const hosts = selectHosts(inventory.value, pattern, limit);
  if (hosts.ok) return ok(hosts.value);
  sayDiagnostics([hosts.error], format);
  return err(exitCodes.noHosts);
}
