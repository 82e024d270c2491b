import type { Inventory, Selection } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { GroupName } from '../../model/ids.ts';
import { type Refusal, refuse, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Play } from '../../playbook/playbook.ts';
import { admitLimits } from './admit-limits.ts';
import { confinementOf } from './confinement-of.ts';
import { openInventory } from './open-inventory.ts';
import { quotableNames, quotableValues } from './quotable.ts';
import { readExtraVars } from './read-extra-vars.ts';
import { refusePrograms, refuseProgramsOfPlays } from './refuse-programs.ts';
import type { PlaybookRequest } from './requests.ts';
import { type SelectedPlay, selectPlays } from './select-plays.ts';

/** A play as far as the doctor examines its hosts for it. */
export interface ExaminedPlay extends Omit<SelectedPlay, 'play'> {
  readonly play: Pick<Play, 'name' | 'kernels' | 'preconditions' | 'sign' | 'staleProcesses'> &
    Partial<Pick<Play, 'buildLimits'>>;
}

export interface DoctorSelection {
  readonly plays: readonly ExaminedPlay[];
  readonly warnings: readonly Diagnostic[];
}

export interface DoctorRequest extends PlaybookRequest {
  /** Without a playbook: which hosts, and which of them build. */
  readonly hosts?: string;
  readonly buildHosts?: string;
}

/** Selects the plays of a playbook; without one, hosts of the inventory as a play without scripts. */
export async function selectForDoctor(
  playbook: string | undefined,
  request: DoctorRequest,
  signal: AbortSignal,
): Promise<Result<DoctorSelection, Refusal>> {
  if (playbook === undefined) return selectHostsOnly(request, signal);
  if (request.hosts === undefined && request.buildHosts === undefined) {
    const selected = await selectPlays(playbook, request, signal);
    return selected.ok ? refuseProgramsOfPlays(selected.value, request, signal) : selected;
  }
  const message = 'a playbook names its hosts and build hosts itself';
  const cure = 'take --limit to examine some of them, or leave the playbook away';
  return err(refuse('wrong-usage', { code: 'two-selections', message, cure }));
}

async function selectHostsOnly(request: DoctorRequest, signal: AbortSignal): Promise<Result<DoctorSelection, Refusal>> {
  const confinement = confinementOf(request);
  const extraVars = await readExtraVars(request.extraVars ?? [], confinement);
  if (!extraVars.ok) return err(refuseInput(extraVars.error));
  const inventory = await openInventory(request, { signal, confinement, extraVars: extraVars.value.vars });
  if (!inventory.ok) return err(refuseInput(inventory.error.diagnostics));

  const builders = selectBuilders(inventory.value, request.buildHosts);
  if (!builders.ok) return err(refuseInput(quotableNames([builders.error], inventory.value)));
  const names = new Set(builders.value.map(host => host.name));
  const limits = admitLimits(request.limit, confinement);
  if (!limits.isRead) return err(refuseInput(limits.findings));
  const selected = selectHosts(inventory.value, request.hosts ?? 'all', request.limit ?? []);
  if (!selected.ok)
    return err({ kind: 'no-hosts', diagnostics: quotableNames([selected.error], inventory.value, limits) });
  // A build host is a target only if the pattern names it.
  const hosts = request.hosts === undefined ? selected.value.filter(host => !names.has(host.name)) : selected.value;

  const connected = new Set([...hosts, ...builders.value]);
  const problems = [
    ...quotableValues(findConnectionProblems(inventory.value, connected), inventory.value, extraVars.value),
    ...(await refusePrograms(inventory.value, connected, request, signal)),
  ];
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return err(refuseInput(errors));
  const play: ExaminedPlay = {
    play: { name: request.hosts ?? 'all hosts', kernels: [], preconditions: { packages: [], commands: [] } },
    hosts,
    scripts: new Map(),
    builders: builders.value,
    playBuilders: [...names],
    kernelBuilders: new Map(),
  };
  const warnings = [...extraVars.value.warnings, ...inventory.value.warnings, ...limits.findings, ...problems];
  return ok({ plays: [play], warnings });
}

/** Default: the group `build_hosts`, as for plays, if there is one. */
function selectBuilders(inventory: Inventory, pattern: string | undefined): Selection {
  if (pattern !== undefined) return selectHosts(inventory, pattern, []);
  const group = inventory.groups.get('build_hosts' as GroupName);
  return group === undefined || group.hosts.length === 0 ? ok([]) : selectHosts(inventory, 'build_hosts', []);
}
