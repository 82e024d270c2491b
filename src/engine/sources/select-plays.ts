import { dirname, resolve } from 'node:path';
import type { Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { inFileOrder } from '../../model/in-file-order.ts';
import type { JsonObject } from '../../model/json.ts';
import { optional } from '../../model/optional.ts';
import type { PlannedHost } from '../../model/plan.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { bindScripts } from '../../playbook/bind-scripts.ts';
import { loadPlaybook } from '../../playbook/load-playbook.ts';
import type { BoundScript, PlannablePlay, Play, Playbook } from '../../playbook/playbook.ts';
import { selectScripts } from '../../playbook/select-scripts.ts';
import { admitLimits } from './admit-limits.ts';
import { confinementOf } from './confinement-of.ts';
import { expandingOf } from './expanding-of.ts';
import { lintPlaybook } from './lint-playbook.ts';
import { openInventory } from './open-inventory.ts';
import { quotableNames, quotableValues } from './quotable.ts';
import { readExtraVars } from './read-extra-vars.ts';
import type { PlaybookRequest } from './requests.ts';
import { noSuchStart, startAt } from './start-at.ts';

/** A play with its hosts, and its scripts with their templates filled in for each host. */
export interface SelectedPlay<Wanted extends PlannablePlay = Play> {
  readonly play: Wanted;
  readonly hosts: readonly Host[];
  /** Hosts before --start-at: they are not probed. */
  readonly leftOut?: readonly PlannedHost[];
  readonly scripts: ReadonlyMap<HostName, readonly BoundScript[]>;
  /** Every build host of the play and of its kernel entries. */
  readonly builders: readonly Host[];
  readonly playBuilders: readonly HostName[];
  readonly kernelBuilders: ReadonlyMap<number, readonly HostName[]>;
  /** Scripts and folders of tapsets that nothing may quote. */
  readonly unquoted?: readonly string[];
}

export interface SelectedPlays {
  readonly playbook: Playbook;
  readonly inventory: Inventory;
  readonly plays: readonly SelectedPlay[];
  readonly warnings: readonly Diagnostic[];
  /** From `-e`. */
  readonly extraVars: JsonObject;
}

/** Translates paths of copied files to what the user knows them by. */
export interface Files {
  /** Replaces paths in plain data by the names that the user knows. */
  rename<Value>(value: Value): Value;
  /** The path that variables such as `inventory_dir` show. */
  standsFor(path: string): string;
  /** The folder of the copies. */
  readonly copy?: string;
}

const onDisk: Files = { rename: value => value, standsFor: path => resolve(path) };

/** Reads and joins playbook, inventory and extra variables: everything that can be known without a host. */
export async function selectPlays(
  playbookPath: string,
  options: PlaybookRequest,
  signal: AbortSignal,
  files: Files = onDisk,
): Promise<Result<SelectedPlays, Refusal>> {
  const confinement = confinementOf(options, files.copy);
  const [read, extraVars] = await Promise.all([
    loadPlaybook(playbookPath, { confinement, ...optional('expand', expandingOf(options, signal)) }),
    readExtraVars(options.extraVars ?? [], confinement),
  ]);
  const { playbook, findings } = lintPlaybook(files.rename(read));
  const opened = await openInventory(options, {
    signal,
    confinement,
    standsFor: files.standsFor,
    playbookDirectory: dirname(playbookPath),
    extraVars: extraVars.ok ? extraVars.value.vars : {},
  });
  const inventory = opened.ok ? opened.value : opened.error.rest;
  const found = [
    ...findings,
    ...(opened.ok ? [] : opened.error.diagnostics),
    ...(extraVars.ok ? extraVars.value.warnings : extraVars.error),
  ];
  const refuse = (): Result<never, Refusal> => err(refuseInput(inFileOrder(found, playbook?.files)));
  if (playbook === undefined || inventory === undefined) return refuse();
  // In a playbook with errors, the tags may select scripts that could not be read.
  const meant = read.ok ? selectScripts(playbook.plays, options) : ok({ plays: playbook.plays, warnings: [] });
  if (!meant.ok) {
    found.push(meant.error);
    return refuse();
  }
  // Templates cannot be checked where variables could not be read.
  const vars = opened.ok && extraVars.ok ? extraVars.value.vars : undefined;
  const limits = admitLimits(options.limit, confinement);
  found.push(...limits.findings);
  if (!limits.isRead) return refuse();
  const results = meant.value.plays.map(play => selectPlay(play, inventory, vars, options));
  const unquoted = optional('unquoted', playbook.unquoted);
  const plays = results.flatMap(({ selected }) => (selected === undefined ? [] : { ...selected, ...unquoted }));
  const connected = new Set(results.flatMap(({ hosts, builders }) => [...hosts, ...builders]));
  const problems = findConnectionProblems(inventory, connected).filter(
    ({ code }) => opened.ok || code !== 'unknown-variable',
  );
  const { noHosts, leftOut } = findPlaysWithoutHosts(results);
  found.push(
    ...(opened.ok ? opened.value.warnings : []),
    ...meant.value.warnings,
    ...quotableNames([...results.flatMap(({ withoutBuilders }) => withoutBuilders), ...leftOut], inventory, limits),
    ...quotableValues(
      [...results.flatMap(({ diagnostics }) => diagnostics), ...problems],
      inventory,
      ...(extraVars.ok ? [extraVars.value] : []),
    ),
  );
  const isWrong = found.some(({ severity }) => severity === 'error');
  found.push(...quotableNames(noHosts, inventory, limits));
  if (isWrong) return refuse();
  const warnings = inFileOrder(found, playbook.files);
  if (noHosts.length > 0) return err({ kind: 'no-hosts', diagnostics: warnings });
  const unknownStart = findUnknownStart(plays, options);
  if (unknownStart !== undefined)
    return err({ kind: 'no-hosts', diagnostics: quotableNames([unknownStart], inventory) });
  return ok({ playbook, inventory, plays, warnings, extraVars: vars ?? {} });
}

/** As in Ansible, a limit may leave plays out with a warning; if it leaves out all of them, no host matches. */
function findPlaysWithoutHosts(results: readonly PlaySelection[]): {
  readonly noHosts: readonly Diagnostic[];
  readonly leftOut: readonly Diagnostic[];
} {
  const noHosts = results.flatMap(one => one.noHosts ?? []);
  const beyondLimit = results.flatMap(one => one.beyondLimit ?? []);
  const isAnySelected = results.some(({ selected }) => selected !== undefined);
  if (!isAnySelected && noHosts.length === 0) return { noHosts: beyondLimit, leftOut: [] };
  return { noHosts, leftOut: beyondLimit.map(diagnostic => ({ ...diagnostic, severity: 'warning' })) };
}

/** `--start-at` has to name a selected host: then at least one play begins with it. */
function findUnknownStart(plays: readonly SelectedPlay[], { startAt: start }: PlaybookRequest): Diagnostic | undefined {
  if (start === undefined || plays.some(({ hosts: [first] }) => first?.name === start)) return undefined;
  const known = plays.flatMap(({ hosts }) => hosts);
  return noSuchStart(start, known);
}

/** A play with its hosts, as far as they can be selected, and every problem with it. */
interface PlaySelection {
  readonly selected?: SelectedPlay;
  readonly hosts: readonly Host[];
  readonly builders: readonly Host[];
  readonly noHosts?: Diagnostic;
  readonly beyondLimit?: Diagnostic;
  /** Patterns that select no build host. */
  readonly withoutBuilders: readonly Diagnostic[];
  /** Of templates and their values. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Skips checks of parts of the play that could not be read, and of templates if `extraVars` could not. */
function selectPlay(
  play: Play,
  inventory: Inventory,
  extraVars: JsonObject | undefined,
  options: PlaybookRequest,
): PlaySelection {
  const withoutBuilders: Diagnostic[] = [];
  const builders = new Map<HostName, Host>();
  const buildHosts = (pattern: Play['buildHosts']): readonly HostName[] => {
    const selected = selectHosts(inventory, pattern, []);
    if (!selected.ok) {
      withoutBuilders.push({ ...selected.error, code: 'no-build-host' });
      return [];
    }
    for (const host of selected.value) builders.set(host.name, host);
    return selected.value.map(host => host.name);
  };
  const kernelBuilders = new Map<number, readonly HostName[]>();
  for (const [index, rule] of play.kernels.entries()) {
    if (rule.buildHosts !== undefined) kernelBuilders.set(index, buildHosts(rule.buildHosts));
  }
  // The play's own build hosts are not looked for where every kernel names its own.
  const needsDefault = play.kernels.length === 0 || kernelBuilders.size < play.kernels.length;
  const areBuildersKnown = !play.unknown?.includes('build_hosts') && !play.unknown?.includes('kernels');
  const playBuilders = needsDefault && areBuildersKnown ? buildHosts(play.buildHosts) : [];

  const limit = options.limit ?? [];
  const meant = play.unknown?.includes('hosts') ? ok([]) : selectHosts(inventory, play.hosts, limit);
  if (!meant.ok) {
    const isEachValid = selectHosts(inventory, play.hosts, []).ok && selectHosts(inventory, 'all', limit).ok;
    const found = { hosts: [], builders: [...builders.values()], withoutBuilders, diagnostics: [] };
    return isEachValid
      ? { hosts: [], builders: [], withoutBuilders: [], diagnostics: [], beyondLimit: meant.error }
      : { ...found, noHosts: meant.error };
  }
  const { hosts, leftOut } = startAt(meant.value, options.startAt);
  const scripts = new Map<HostName, readonly BoundScript[]>();
  const misfits: Diagnostic[] = [];
  for (const host of extraVars === undefined || play.unknown?.includes('vars') ? [] : hosts) {
    const bound = bindScripts(play, host, extraVars ?? {});
    if (bound.ok) scripts.set(host.name, bound.value);
    else misfits.push(...bound.error);
  }
  const all = [...builders.values()];
  const selected: SelectedPlay = { play, hosts, leftOut, scripts, builders: all, playBuilders, kernelBuilders };
  return { selected, hosts, builders: all, withoutBuilders, diagnostics: withoutRepeats(misfits) };
}

/** A template that is wrong for several hosts is reported once, with their number. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map<string, { readonly first: Diagnostic; times: number }>();
  for (const diagnostic of diagnostics) {
    const { place } = diagnostic;
    const key = JSON.stringify([diagnostic.code, place?.file, place?.line, place?.column]);
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { first: diagnostic, times: 1 });
    else known.times++;
  }
  return [...seen.values()].map(({ first, times }) =>
    times === 1 ? first : { ...first, message: `${first.message} (and ${times - 1} more hosts)` },
  );
}
