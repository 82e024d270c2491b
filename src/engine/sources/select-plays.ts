import { dirname, resolve } from 'node:path';
import type { Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { PlannedHost } from '../../model/plan.ts';
import { type Refusal, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { bindScripts } from '../../playbook/bind-scripts.ts';
import { loadPlaybook } from '../../playbook/load-playbook.ts';
import type { BoundScript, PlannablePlay, Play, Playbook } from '../../playbook/playbook.ts';
import { selectScripts } from '../../playbook/select-scripts.ts';
import { lintPlaybook } from './lint-playbook.ts';
import { openInventory } from './open-inventory.ts';
import { readExtraVars } from './read-extra-vars.ts';
import type { PlaybookRequest } from './requests.ts';
import { noSuchStart, startAt } from './start-at.ts';

/** A play with the hosts it means, and its scripts with their templates filled in for each of them. */
export interface SelectedPlay<Wanted extends PlannablePlay = Play> {
  readonly play: Wanted;
  readonly hosts: readonly Host[];
  /** Those before them that are not even asked. */
  readonly leftOut?: readonly PlannedHost[];
  /** For each host. */
  readonly scripts: ReadonlyMap<HostName, readonly BoundScript[]>;
  /** Every build host of the play and of its kernels. */
  readonly builders: readonly Host[];
  readonly playBuilders: readonly HostName[];
  readonly kernelBuilders: ReadonlyMap<number, readonly HostName[]>;
}

export interface SelectedPlays {
  readonly playbook: Playbook;
  readonly inventory: Inventory;
  readonly plays: readonly SelectedPlay[];
  readonly warnings: readonly Diagnostic[];
  /** Of `-e`. */
  readonly extraVars: JsonObject;
}

/** How what is read is called, where that is a copy of something else. */
export interface Files {
  /** Of plain data that was read, the same with the names that the user knows. */
  rename<Value>(value: Value): Value;
  /** What a path is to be for variables such as `inventory_dir`. */
  standsFor(path: string): string;
}

const onDisk: Files = { rename: value => value, standsFor: path => resolve(path) };

/** Reads playbook, inventory and extra variables, and puts them together: everything that can be known without a host. */
export async function selectPlays(
  playbookPath: string,
  options: PlaybookRequest,
  signal: AbortSignal,
  files: Files = onDisk,
): Promise<Result<SelectedPlays, Refusal>> {
  const [read, extraVars] = await Promise.all([loadPlaybook(playbookPath), readExtraVars(options.extraVars ?? [])]);
  const loaded = files.rename(read);
  const inventory = await openInventory(options, {
    signal,
    standsFor: files.standsFor,
    playbookDirectory: dirname(playbookPath),
    extraVars: extraVars.ok ? extraVars.value : {},
  });
  const wrong = [loaded, inventory, extraVars].flatMap(result => (result.ok ? [] : result.error));
  if (!loaded.ok || !inventory.ok || !extraVars.ok) return err(refuseInput(wrong));

  const { playbook, warnings } = loaded.value;
  const lints = lintPlaybook(playbook);
  const plays: SelectedPlay[] = [];
  const errors: Diagnostic[] = lints.filter(lint => lint.severity === 'error');
  let noHosts: Diagnostic | undefined;
  const beyondLimit: Diagnostic[] = [];
  const meant = selectScripts(playbook.plays, options);
  if (!meant.ok) return err(refuseInput([...warnings, meant.error]));
  for (const play of meant.value.plays) {
    const selected = selectPlay(play, inventory.value, extraVars.value, options);
    if (selected.ok) plays.push(selected.value);
    else if (selected.error.kind === 'no-hosts') noHosts ??= selected.error.diagnostic;
    else if (selected.error.kind === 'beyond-limit') beyondLimit.push(selected.error.diagnostic);
    else errors.push(...selected.error.diagnostics);
  }
  if (errors.length > 0) return err(refuseInput([...warnings, ...errors, ...(noHosts ? [noHosts] : [])]));
  // As in Ansible: a limit leaves plays out, but not all of them.
  if (plays.length === 0) noHosts ??= beyondLimit[0];
  if (noHosts !== undefined) return err({ kind: 'no-hosts', diagnostics: [noHosts] });
  const start = options.startAt;
  if (start !== undefined && !plays.some(({ hosts: [first] }) => first?.name === start)) {
    const known = plays.flatMap(({ hosts }) => hosts);
    return err({ kind: 'no-hosts', diagnostics: [noSuchStart(start, known)] });
  }
  const connected = new Set(plays.flatMap(({ hosts, builders }) => [...hosts, ...builders]));
  const soft = [...findConnectionProblems(inventory.value, connected), ...lints];
  const allWarnings = [
    ...inventory.value.warnings,
    ...warnings,
    ...meant.value.warnings,
    ...beyondLimit.map((diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning' })),
    ...soft.filter(({ severity }) => severity === 'warning'),
  ];
  return ok({ playbook, inventory: inventory.value, plays, warnings: allWarnings, extraVars: extraVars.value });
}

type PlayProblem =
  | { readonly kind: 'no-hosts'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'beyond-limit'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

function selectPlay(
  play: Play,
  inventory: Inventory,
  extraVars: JsonObject,
  options: PlaybookRequest,
): Result<SelectedPlay, PlayProblem> {
  const limit = options.limit ?? [];
  const selected = selectHosts(inventory, play.hosts, limit);
  if (!selected.ok) {
    const areBothWell = selectHosts(inventory, play.hosts, []).ok && selectHosts(inventory, 'all', limit).ok;
    return err({ kind: areBothWell ? 'beyond-limit' : 'no-hosts', diagnostic: selected.error });
  }
  const { hosts, leftOut } = startAt(selected.value, options.startAt);
  const invalid: Diagnostic[] = [];
  const builders = new Map<HostName, Host>();
  const buildHosts = (pattern: Play['buildHosts']): readonly HostName[] => {
    const selected = selectHosts(inventory, pattern, []);
    if (!selected.ok) {
      invalid.push({ ...selected.error, code: 'no-build-host' });
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
  const playBuilders = needsDefault ? buildHosts(play.buildHosts) : [];

  const scripts = new Map<HostName, readonly BoundScript[]>();
  for (const host of hosts) {
    const bound = bindScripts(play, host, extraVars);
    if (bound.ok) scripts.set(host.name, bound.value);
    else invalid.push(...bound.error);
  }
  const problems = findConnectionProblems(inventory, new Set([...hosts, ...builders.values()]));
  invalid.push(...problems.filter(({ severity }) => severity === 'error'));
  if (invalid.length > 0) return err({ kind: 'invalid', diagnostics: withoutRepeats(invalid) });
  return ok({ play, hosts, leftOut, scripts, builders: [...builders.values()], playBuilders, kernelBuilders });
}

/** A template that is wrong for every host is said once, with how many hosts it is wrong for. */
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
