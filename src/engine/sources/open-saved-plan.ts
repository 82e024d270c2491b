import { dirname } from 'node:path';
import type { ApplyOptions } from '../../cli/arguments/options.ts';
import { type ExitCode, exitCodes } from '../../cli/exit-code.ts';
import { type Refusal, refuseInput } from '../../cli/say-diagnostics.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import { version } from '../../model/version.ts';
import { narrowBasis, narrowPlay } from '../../plan/saved/narrow-play.ts';
import { playOfSavedPlan, reviveKernelBuilders, reviveScripts } from '../../plan/saved/play-of-saved-plan.ts';
import type { SealedPlan } from '../../plan/saved/saved-plan.ts';
import { prepareSavedPlays } from '../prepare/prepare-saved-plays.ts';
import type { SavedPlay } from '../prepare/survey-saved-play.ts';
import { compareWithDisk, findDifferences } from './compare-with-disk.ts';
import { openInventory } from './open-inventory.ts';
import { parseSavedPlan } from './parse-saved-plan.ts';
import { modulesOf, type PlaySource } from './play-source.ts';

/** In seconds, where --max-plan-age does not say. */
const defaultMaxAge = 7 * 86_400;

/**
 * Reads a saved plan, and the inventory again for how its hosts are reached. What the plan has decided cannot be
 * decided otherwise: -e, -t and the like are refused, and -l may only leave hosts out.
 */
export async function openSavedPlan(
  file: SourceFile,
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<Result<PlaySource, Refusal>> {
  const { planDigest, onDrift } = options;
  const maxAgeSeconds = options.maxPlanAge ?? defaultMaxAge;
  const parsed = parseSavedPlan(file.text, { nowMs: Date.now(), maxAgeSeconds, version, digest: planDigest });
  if (!parsed.ok) {
    const { code, message, cure } = parsed.error;
    return refuse(exitCodes.planNoLongerFits, { code, message: `${file.path} ${message}`, cure });
  }
  const plan = parsed.value;
  for (const [option, given] of [
    ['-e', options.extraVars],
    ['-t', options.tags],
    ['--skip-tags', options.skipTags],
    ['--start-at', options.startAt],
    ['--start-at-script', options.startAtScript],
  ] as const) {
    if (given === undefined || given.length === 0) continue;
    const message = `${option} has no place beside ${file.path}: a saved plan has its values and scripts`;
    return refuse(exitCodes.usage, { code: 'wrong-usage', message, cure: `give ${option} to tapbook plan --out` });
  }

  const sources = options.inventory ?? plan.inventory.sources;
  const opened = await openInventory(
    { ...options, inventory: sources },
    { signal, extraVars: plan.inventory.connectionVars, playbookDirectory: dirname(plan.plan.playbook) },
  );
  if (!opened.ok) return err(refuseInput(opened.error));
  const inventory = opened.value;
  const narrowed = narrow(plan, inventory, options.limit ?? []);
  if (!narrowed.ok) return refuse(exitCodes.noHosts, narrowed.error);
  const plays = findPlays(plan, inventory, narrowed.value);
  const used = new Set(plays.flatMap(({ selected }) => [...selected.hosts, ...selected.builders]));
  const problems = findConnectionProblems(inventory, used);
  if (problems.some(({ severity }) => severity === 'error')) return err(refuseInput(problems));
  return ok({
    playbook: plan.plan.playbook,
    plan: { path: file.path, sha256: plan.sha256 },
    inventory: inventory.sources.map(source => source.path),
    sources,
    modules: modulesOf(plays.map(({ selected }) => selected)),
    outputs: plays.flatMap(({ planned }) => planned.outputs ?? []),
    warnings: [...inventory.warnings, ...problems],
    compare: () => findDifferences(plan),
    async prepare(context) {
      const text = `${file.path} was made at ${plan.made.at} by tapbook ${plan.made.by}`;
      context.events.emit({ kind: 'notice', severity: 'info', text });
      for (const notice of await compareWithDisk(plan)) context.events.emit({ kind: 'notice', ...notice });
      return prepareSavedPlays(plays, onDrift, context);
    },
  });
}

function refuse(exitCode: ExitCode, diagnostic: Omit<Diagnostic, 'severity'>): Result<never, Refusal> {
  return err({ diagnostics: [{ severity: 'error', ...diagnostic }], exitCode });
}

/** Which of the plan's hosts --limit leaves. */
function narrow(
  { plan }: SealedPlan,
  inventory: Inventory,
  limits: readonly string[],
): Result<(host: HostName) => boolean, Diagnostic> {
  if (limits.length === 0) return ok(() => true);
  const names = new Set(plan.plays.flatMap(({ hosts }) => hosts.map(({ name }) => name)));
  // `all` does not mean this machine where only a pattern names it.
  const hasLocalhost = names.has(inventory.localhost.name) && !inventory.hosts.has(inventory.localhost.name);
  const limited = selectHosts(inventory, hasLocalhost ? `all,${inventory.localhost.name}` : 'all', limits);
  if (!limited.ok) return limited;
  const left = new Set(limited.value.map(({ name }) => name));
  if ([...names].some(name => left.has(name))) return ok(name => left.has(name));
  const message = `none of the plan's ${names.size} hosts is within --limit ${limits.join(' --limit ')}`;
  return err({ severity: 'error', code: 'no-host-matched', message });
}

/** Each play with its hosts as the inventory has them now; a play of which none is left is dropped. */
function findPlays(
  { plan, basis }: SealedPlan,
  inventory: Inventory,
  isKept: (host: HostName) => boolean,
): readonly SavedPlay[] {
  const { localhost } = inventory;
  const find = (names: readonly HostName[]): readonly Host[] =>
    names.flatMap(name => inventory.hosts.get(name) ?? (name === localhost.name ? localhost : []));
  return plan.plays.flatMap((whole, index) => {
    const whollyBased = basis[index];
    const planned = narrowPlay(whole, isKept);
    if (whollyBased === undefined || planned.hosts.length === 0) return [];
    const based = narrowBasis(whollyBased, isKept);
    const play = playOfSavedPlan(planned, based, plan.playbook);
    const selected = {
      play,
      hosts: find(planned.hosts.filter(({ decision }) => decision.kind === 'run').map(({ name }) => name)),
      scripts: new Map(planned.hosts.map(host => [host.name, reviveScripts(host, planned, play)])),
      builders: find(based.buildHosts.map(({ name }) => name)),
      playBuilders: based.playBuilders,
      kernelBuilders: reviveKernelBuilders(based),
    };
    return [{ planned, basis: based, selected }];
  });
}
