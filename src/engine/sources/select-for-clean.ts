import type { CleanOptions } from '../../cli/arguments/options.ts';
import { type ExitCode, exitCodes } from '../../cli/exit-code.ts';
import { stateDirectory } from '../../cli/paths.ts';
import { sayDiagnostics } from '../../cli/say-diagnostics.ts';
import { type RunTrace, readRunTrace } from '../../history/read-run-trace.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Host } from '../../model/host.ts';
import type { RunId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { selectFrom } from './select-from-inventory.ts';

export interface CleanSelection {
  readonly hosts: readonly Host[];
  /** What the run's history says, if one is meant and it is here. */
  readonly trace: RunTrace | undefined;
}

/**
 * The hosts to look at: those of `--hosts`; else, for a run, those that it meant to load modules on; else all but those
 * that only build. What is wrong has been said.
 */
export async function selectForClean(
  run: RunId | undefined,
  options: CleanOptions,
  signal: AbortSignal,
): Promise<Result<CleanSelection, ExitCode>> {
  const selected = await selectFrom(options.hosts ?? 'all', options, signal);
  if (!selected.ok) return selected;
  const { inventory } = selected.value;
  const trace = run === undefined ? undefined : await readRunTrace(stateDirectory(), run);
  const warn = (code: string, message: string): void => {
    if (options.format === 'text') sayDiagnostics([{ severity: 'warning', code, message }], 'text');
  };
  if (run !== undefined && trace === undefined) {
    warn('no-history', `run ${run} is not in ${stateDirectory()}/runs: only folders of its name are looked for`);
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
    if (options.hosts !== undefined) return true;
    if (trace !== undefined) return trace.has(name);
    return groups.length !== 1 || groups[0] !== 'build_hosts';
  };
  const hosts = selected.value.hosts.filter(isMeant);
  const problems = findConnectionProblems(inventory, new Set(hosts));
  const isSound = problems.every(({ severity }) => severity === 'warning');
  if (!isSound || options.format === 'text') sayDiagnostics(problems, options.format);
  return isSound ? ok({ hosts, trace }) : err(exitCodes.invalidInput);
}
