import { readExtraVars } from '../../cli/arguments/extra-vars.ts';
import type { InventoryOptions } from '../../cli/arguments/options.ts';
import { type ExitCode, exitCodes } from '../../cli/exit-code.ts';
import { sayDiagnostics } from '../../cli/say-diagnostics.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Host } from '../../model/host.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { openInventory } from './open-inventory.ts';

/** The hosts that a pattern selects, to connect to them, for commands without a playbook. What is wrong has been said. */
export async function selectFromInventory(
  pattern: string,
  options: InventoryOptions,
  signal: AbortSignal,
): Promise<Result<readonly Host[], ExitCode>> {
  const selected = await selectFrom(pattern, options, signal);
  if (!selected.ok) return selected;
  const { inventory, hosts } = selected.value;
  const problems = findConnectionProblems(inventory, hosts);
  const isSound = problems.every(({ severity }) => severity === 'warning');
  if (!isSound || options.format === 'text') sayDiagnostics(problems, options.format);
  return isSound ? ok(hosts) : err(exitCodes.invalidInput);
}

/** The hosts that a pattern selects, to speak about them only. What is wrong has been said. */
export async function selectFrom(
  pattern: string,
  options: InventoryOptions,
  signal: AbortSignal,
): Promise<Result<{ readonly inventory: Inventory; readonly hosts: readonly Host[] }, ExitCode>> {
  const inventory = await openOrSay(options, signal);
  if (!inventory.ok) return inventory;
  const hosts = selectHosts(inventory.value, pattern, options.limit ?? []);
  if (hosts.ok) return ok({ inventory: inventory.value, hosts: hosts.value });
  sayDiagnostics([hosts.error], options.format);
  return err(exitCodes.noHosts);
}

/** The inventory of a command; what is wrong or odd has been said. */
export async function openOrSay(options: InventoryOptions, signal: AbortSignal): Promise<Result<Inventory, ExitCode>> {
  const extraVars = await readExtraVars(options.extraVars ?? []);
  const inventory = extraVars.ok ? await openInventory(options, { signal, extraVars: extraVars.value }) : extraVars;
  if (!inventory.ok) {
    sayDiagnostics(inventory.error, options.format);
    return err(exitCodes.invalidInput);
  }
  if (options.format === 'text') sayDiagnostics(inventory.value.warnings, 'text');
  return inventory;
}
