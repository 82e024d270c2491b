import type { Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import { optional } from '../../model/optional.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { admitLimits } from './admit-limits.ts';
import { confinementOf } from './confinement-of.ts';
import { openInventory } from './open-inventory.ts';
import { quotableNames, quotableValues } from './quotable.ts';
import { readExtraVars } from './read-extra-vars.ts';
import { refusePrograms } from './refuse-programs.ts';
import type { InventoryRequest } from './requests.ts';

/** What commands without a playbook work on. */
export interface InventorySelection {
  readonly inventory: Inventory;
  readonly hosts: readonly Host[];
  readonly warnings: readonly Diagnostic[];
}

/** Selects hosts to connect to. */
export async function selectToConnect(
  pattern: string,
  request: InventoryRequest,
  signal: AbortSignal,
): Promise<Result<InventorySelection, Refusal>> {
  const selected = await selectFromInventory(pattern, request, signal);
  return selected.ok ? refuseUnconnectable(selected.value, request, signal) : selected;
}

/** Refuses hosts whose variables do not allow a connection, or would have a program run here that nobody trusts. */
export async function refuseUnconnectable(
  selection: InventorySelection,
  request: Pick<InventoryRequest, 'trust'>,
  signal: AbortSignal,
): Promise<Result<InventorySelection, Refusal>> {
  const { inventory, hosts } = selection;
  const problems = [
    ...quotableValues(findConnectionProblems(inventory, new Set(hosts)), inventory),
    ...(await refusePrograms(inventory, hosts, request, signal)),
  ];
  const warnings = [...selection.warnings, ...problems];
  const isSound = problems.every(({ severity }) => severity === 'warning');
  return isSound ? ok({ ...selection, warnings }) : err(refuseInput(warnings));
}

/** Selects hosts that are only shown, not connected to. */
export async function selectFromInventory(
  pattern: string,
  request: InventoryRequest,
  signal: AbortSignal,
): Promise<Result<InventorySelection, Refusal>> {
  const inventory = await readInventory(request, signal);
  if (!inventory.ok) return inventory;
  const limits = admitLimits(request.limit, confinementOf(request));
  const warnings = [...inventory.value.warnings, ...limits.findings];
  if (!limits.isRead) return err(refuseInput(warnings));
  const hosts = selectHosts(inventory.value, pattern, request.limit ?? []);
  if (hosts.ok) return ok({ inventory: inventory.value, hosts: hosts.value, warnings });
  return err({
    kind: 'no-hosts',
    diagnostics: [...warnings, ...quotableNames([hosts.error], inventory.value, limits)],
  });
}

/** Reads the inventory with its extra variables. */
export async function readInventory(
  request: InventoryRequest,
  signal: AbortSignal,
): Promise<Result<Inventory, Refusal>> {
  const confinement = confinementOf(request);
  const extraVars = await readExtraVars(request.extraVars ?? [], confinement);
  const given = extraVars.ok ? extraVars.value.vars : {};
  const ofExtraVars = extraVars.ok ? extraVars.value.warnings : extraVars.error;
  const inventory = await openInventory(request, { signal, confinement, extraVars: given });
  if (inventory.ok && extraVars.ok) {
    const { value } = inventory;
    const unquoted = value.unquoted ?? (extraVars.value.hasUnquoted ? 'values' : undefined);
    return ok({ ...value, ...optional('unquoted', unquoted), warnings: [...ofExtraVars, ...value.warnings] });
  }
  const ofInventory = inventory.ok ? inventory.value.warnings : inventory.error.diagnostics;
  return err(refuseInput([...ofExtraVars, ...ofInventory]));
}
