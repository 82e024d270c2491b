import { type RunTrace, readRunTrace } from '../../history/read/read-run-trace.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import type { Host } from '../../model/host.ts';
import type { RunId } from '../../model/ids.ts';
import type { Refusal } from '../../model/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import type { InventoryRequest } from './requests.ts';
import { refuseUnconnectable, selectFromInventory } from './select-from-inventory.ts';

export interface CleanRequest extends InventoryRequest {
  /** A pattern. Default: the hosts of `run`, else all hosts but those that only build. */
  readonly hosts?: string;
  /** Limits the cleanup to what this run has left. */
  readonly run?: RunId;
}

export interface CleanSelection {
  readonly hosts: readonly Host[];
  /** From the run's history, if this machine has it. */
  readonly trace: RunTrace | undefined;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Selects the hosts to clean: those of `hosts`; else, for a run, those on which it meant to load modules; else all but
 * those that only build. `stateDirectory` has the histories.
 */
export async function selectForClean(
  { run, hosts: pattern, ...request }: CleanRequest,
  stateDirectory: string,
  signal: AbortSignal,
): Promise<Result<CleanSelection, Refusal>> {
  const selected = await selectFromInventory(pattern ?? 'all', request, signal);
  if (!selected.ok) return selected;
  const { inventory } = selected.value;
  const trace = run === undefined ? undefined : await readRunTrace(stateDirectory, run);
  const warnings: Diagnostic[] = [];
  const warn = (code: DiagnosticCode, message: string): void =>
    void warnings.push({ severity: 'warning', code, message });
  if (run !== undefined && trace === undefined) {
    warn('no-history', `run ${run} is not in ${stateDirectory}/runs: only folders of its name are looked for`);
  }
  const missing = [...(trace?.keys() ?? [])].filter(name => !inventory.hosts.has(name));
  if (missing.length > 0) {
    const first = missing.slice(0, 3).join(', ');
    warn(
      'host-gone',
      `${missing.length} hosts of run ${run} are not in this inventory, and are not looked at: ${first}`,
    );
  }
  const isMeant = ({ name, groups }: Host): boolean => {
    if (pattern !== undefined) return true;
    if (trace !== undefined) return trace.has(name);
    return groups.length !== 1 || groups[0] !== 'build_hosts';
  };
  const hosts = selected.value.hosts.filter(isMeant);
  const meant = { inventory, hosts, warnings: [...selected.value.warnings, ...warnings] };
  const sound = await refuseUnconnectable(meant, request, signal);
  return sound.ok ? ok({ hosts, trace, warnings: sound.value.warnings }) : sound;
}
