import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import type { Inventory } from '../inventory.ts';

/** The problems of these hosts' connection variables; one that many hosts inherit is reported once. */
export function findConnectionProblems(inventory: Inventory, hosts: Iterable<Host>): readonly Diagnostic[] {
  const problems = new Set<Diagnostic>();
  for (const host of hosts) for (const problem of inventory.connectionProblems(host)) problems.add(problem);
  return [...problems];
}
