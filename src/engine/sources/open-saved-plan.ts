import { dirname } from 'node:path';
import type { Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../inventory/resolve/find-connection-problems.ts';
import { loopbackNames } from '../../inventory/resolve/implicit-localhost.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { type Refusal, refuse, refuseInput } from '../../model/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SourceFile } from '../../model/source.ts';
import { version } from '../../model/version.ts';
import { narrowBasis, narrowPlay } from '../../plan/saved/narrow-play.ts';
import { kernelBuildersOf, playOfSavedPlan, scriptsOfSavedHost } from '../../plan/saved/play-of-saved-plan.ts';
import type { SealedPlan } from '../../plan/saved/saved-plan.ts';
import { prepareSavedPlays } from '../prepare/prepare-saved-plays.ts';
import type { SavedPlay } from '../prepare/survey-saved-play.ts';
import { admitLimits } from './admit-limits.ts';
import { compareWithDisk, findDifferences } from './compare-with-disk.ts';
import { confinementOf } from './confinement-of.ts';
import { openInventory } from './open-inventory.ts';
import { parseSavedPlan } from './parse-saved-plan.ts';
import { modulesOf, type PlaySource } from './play-source.ts';
import { quotableNames, quotableValues } from './quotable.ts';
import { refusePrograms } from './refuse-programs.ts';
import type { PlaysRequest } from './requests.ts';

/** In seconds, without --max-plan-age. */
const defaultMaxAge = 7 * 86_400;

/**
 * Reads a saved plan, and again the inventory, for the connections to its hosts. Options that would change the plan's
 * decisions, such as -e and -t, are refused; -l may only leave hosts out.
 */
export async function openSavedPlan(
  file: SourceFile,
  request: PlaysRequest,
  signal: AbortSignal,
): Promise<Result<PlaySource, Refusal>> {
  const { planDigest, onDrift } = request;
  const maxAgeSeconds = request.maxPlanAge ?? defaultMaxAge;
  const parsed = parseSavedPlan(file.text, { nowMs: Date.now(), maxAgeSeconds, version, digest: planDigest });
  if (!parsed.ok) {
    const { code, message, cure } = parsed.error;
    return err(refuse('plan-no-longer-fits', { code, message: `${file.path} ${message}`, cure }));
  }
  const plan = parsed.value;
  for (const [option, given] of [
    ['-e', request.extraVars],
    ['-t', request.tags],
    ['--skip-tags', request.skipTags],
    ['--start-at', request.startAt],
    ['--start-at-script', request.startAtScript],
  ] as const) {
    if (given === undefined || given.length === 0) continue;
    const message = `${option} has no place beside ${file.path}: a saved plan has its values and scripts`;
    return err(refuse('wrong-usage', { code: 'wrong-usage', message, cure: `give ${option} to tapbook plan --out` }));
  }

  const sources = request.inventory ?? plan.inventory.sources;
  // Those of the plan are relative to the current folder. It is not the user who has named them.
  const own = {
    inventoryNamers: sources.map(() => ({ folder: '.' })),
    ...optional('trust', request.planTrust),
  };
  const meant = request.inventory === undefined ? { ...request, ...own } : request;
  const confinement = confinementOf(request);
  const limits = admitLimits(request.limit, confinement);
  if (!limits.isRead) return err(refuseInput(limits.findings));
  const opened = await openInventory(
    { ...meant, inventory: sources },
    { signal, confinement, extraVars: plan.inventory.connectionVars, playbookDirectory: dirname(plan.plan.playbook) },
  );
  if (!opened.ok) return err(refuseInput(opened.error.diagnostics));
  const inventory = opened.value;
  const narrowed = narrow(plan, inventory, request.limit ?? []);
  if (!narrowed.ok) return err({ kind: 'no-hosts', diagnostics: quotableNames([narrowed.error], inventory, limits) });
  const plays = findPlays(plan, inventory, narrowed.value);
  const used = new Set(plays.flatMap(({ selected }) => [...selected.hosts, ...selected.builders]));
  const problems = quotableValues(findConnectionProblems(inventory, used), inventory);
  if (problems.some(({ severity }) => severity === 'error')) return err(refuseInput(problems));
  const notRun = await refusePrograms(inventory, used, meant, signal);
  if (notRun.length > 0) return err(refuseInput(notRun));
  return ok({
    kind: 'saved-plan',
    playbook: plan.plan.playbook,
    plan: { path: file.path, sha256: plan.sha256 },
    inventory: inventory.sources.map(source => source.path),
    sources,
    modules: modulesOf(plays.map(({ selected }) => selected)),
    outputs: plays.flatMap(({ planned }) => planned.outputs ?? []),
    warnings: [...limits.findings, ...inventory.warnings, ...problems],
    compare: () => findDifferences(plan),
    async prepare(context) {
      const text = `${file.path} was made at ${plan.made.at} by tapbook ${plan.made.by}`;
      context.events.emit({ kind: 'notice', severity: 'info', text });
      for (const notice of await compareWithDisk(plan)) context.events.emit({ kind: 'notice', ...notice });
      return prepareSavedPlays(plays, onDrift, context);
    },
  });
}

/** Which of the plan's hosts are within --limit. */
function narrow(
  { plan }: SealedPlan,
  inventory: Inventory,
  limits: readonly string[],
): Result<(host: HostName) => boolean, Diagnostic> {
  if (limits.length === 0) return ok(() => true);
  const names = new Set(plan.plays.flatMap(({ hosts }) => hosts.map(({ name }) => name)));
  // `all` does not include an implicit localhost, which may have several names in several plays.
  const local = [...names].filter(name => isImplicit(name, inventory));
  const limited = selectHosts(inventory, ['all', ...local].join(), limits);
  if (!limited.ok) return limited;
  const kept = limited.value.map(({ name }) => name);
  const left = new Set(kept.some(name => local.includes(name)) ? [...kept, ...local] : kept);
  if ([...names].some(name => left.has(name))) return ok(name => left.has(name));
  const message = `none of the plan's ${names.size} hosts is within --limit ${limits.join(' --limit ')}`;
  return err({ severity: 'error', code: 'no-host-matched', message });
}

function isImplicit(name: HostName, { hosts }: Inventory): boolean {
  return loopbackNames.includes(name) && !hosts.has(name);
}

/** Each play with its hosts as the inventory has them now, without plays of which no host is left. */
function findPlays(
  { plan, basis }: SealedPlan,
  inventory: Inventory,
  isKept: (host: HostName) => boolean,
): readonly SavedPlay[] {
  const find = (names: readonly HostName[]): readonly Host[] =>
    names.flatMap(
      name => inventory.hosts.get(name) ?? (isImplicit(name, inventory) ? inventory.localhostNamed(name) : []),
    );
  return plan.plays.flatMap((whole, index) => {
    const whollyBased = basis[index];
    const planned = narrowPlay(whole, isKept);
    if (whollyBased === undefined || planned.hosts.length === 0) return [];
    const based = narrowBasis(whollyBased, isKept);
    const play = playOfSavedPlan(planned, based);
    const selected = {
      play,
      hosts: find(planned.hosts.filter(({ decision }) => decision.kind === 'run').map(({ name }) => name)),
      scripts: new Map(planned.hosts.map(host => [host.name, scriptsOfSavedHost(host, planned, play)])),
      builders: find(based.buildHosts.map(({ name }) => name)),
      playBuilders: based.playBuilders,
      kernelBuilders: kernelBuildersOf(based),
    };
    return [{ planned, basis: based, selected }];
  });
}
