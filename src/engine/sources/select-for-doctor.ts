import { readExtraVars } from '../../cli/arguments/extra-vars.ts';
import type { ConnectionOptions, PlaybookOptions } from '../../cli/arguments/options.ts';
import { exitCodes } from '../../cli/exit-code.ts';
import { type Refusal, refuseInput } from '../../cli/say-diagnostics.ts';
import type { Inventory, Selection } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { GroupName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Play } from '../../playbook/playbook.ts';
import { openInventory } from './open-inventory.ts';
import { type SelectedPlay, selectPlays } from './select-plays.ts';

/** What of a play its hosts are examined for. */
export interface ExaminedPlay extends Omit<SelectedPlay, 'play'> {
  readonly play: Pick<Play, 'name' | 'kernels' | 'preconditions' | 'sign'>;
}

export interface DoctorSelection {
  readonly plays: readonly ExaminedPlay[];
  readonly warnings: readonly Diagnostic[];
}

type Options = PlaybookOptions &
  ConnectionOptions & { readonly hosts?: string | undefined; readonly buildHosts?: string | undefined };

/** The plays of a playbook, or without one the hosts of the inventory as if a play without scripts named them. */
export async function selectForDoctor(
  playbook: string | undefined,
  options: Options,
  signal: AbortSignal,
): Promise<Result<DoctorSelection, Refusal>> {
  if (playbook === undefined) return selectHostsOnly(options, signal);
  if (options.hosts === undefined && options.buildHosts === undefined) return selectPlays(playbook, options, signal);
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'two-selections',
    message: 'a playbook names its hosts and build hosts itself',
    cure: 'take --limit to examine some of them, or leave the playbook away',
  };
  return err({ diagnostics: [diagnostic], exitCode: exitCodes.usage });
}

async function selectHostsOnly(options: Options, signal: AbortSignal): Promise<Result<DoctorSelection, Refusal>> {
  const extraVars = await readExtraVars(options.extraVars ?? []);
  if (!extraVars.ok) return err(refuseInput(extraVars.error));
  const inventory = await openInventory(options, { signal, extraVars: extraVars.value });
  if (!inventory.ok) return err(refuseInput(inventory.error));

  const builders = selectBuilders(inventory.value, options.buildHosts);
  if (!builders.ok) return err(refuseInput([builders.error]));
  const names = new Set(builders.value.map(host => host.name));
  const selected = selectHosts(inventory.value, options.hosts ?? 'all', options.limit ?? []);
  if (!selected.ok) return err({ diagnostics: [selected.error], exitCode: exitCodes.noHosts });
  // Who builds is a target only where that is said.
  const hosts = options.hosts === undefined ? selected.value.filter(host => !names.has(host.name)) : selected.value;

  const problems = findConnectionProblems(inventory.value, new Set([...hosts, ...builders.value]));
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return err(refuseInput(errors));
  const play: ExaminedPlay = {
    play: { name: options.hosts ?? 'all hosts', kernels: [], preconditions: { packages: [], commands: [] } },
    hosts,
    scripts: new Map(),
    builders: builders.value,
    playBuilders: [...names],
    kernelBuilders: new Map(),
  };
  return ok({ plays: [play], warnings: [...inventory.value.warnings, ...problems] });
}

/** Without a word about it: the group that plays take, if there is one. */
function selectBuilders(inventory: Inventory, pattern: string | undefined): Selection {
  if (pattern !== undefined) return selectHosts(inventory, pattern, []);
  const group = inventory.groups.get('build_hosts' as GroupName);
  return group === undefined || group.hosts.length === 0 ? ok([]) : selectHosts(inventory, 'build_hosts', []);
}
