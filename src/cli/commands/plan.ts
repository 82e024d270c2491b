import { createEventHub } from '../../engine/event-hub.ts';
import { sayRoom } from '../../engine/fleet/tell-room.ts';
import type { PreparedPlays } from '../../engine/prepare/prepare-saved-plays.ts';
import { refuseToReplace, savePlan } from '../../engine/prepare/save-plan.ts';
import type { PlaySource } from '../../engine/sources/play-source.ts';
import { newRunId } from '../../history/write/new-run-id.ts';
import { optional } from '../../model/optional.ts';
import { countHosts, outcomeByPlan } from '../../model/outcome.ts';
import type { PlanDocument, PlannedPlay } from '../../model/plan.ts';
import { version } from '../../model/version.ts';
import type { ModuleCache } from '../../module/cache/module-cache.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import { formatPlan, formatSavedPlan } from '../../report/texts/plan-text.ts';
import type { PlanOptions } from '../arguments/options/plan-options.ts';
import { composeCache, composeFleet, composeMemory, composeReporter } from '../compose.ts';
import { type ExitCode, exitCodeOfHosts, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { askGit, openSource } from '../session/open-source.ts';
import { silentReader } from '../session/silent-reader.ts';
import { untilStopped } from '../session/until-stopped.ts';

/** `tapbook plan`: asks the hosts, prints what an apply would do, changes nothing. Exit 2, 4 or 6 if hosts would fail. */
export function plan(path: string, options: PlanOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const opened = await openSource(path, options, stop);
    if (!opened.ok) return sayRefusal(opened.error, options.format);
    const source = opened.value;
    const asked = options.requireClean ? await askGit(source, options, stop) : undefined;
    if (asked?.ok === false) return sayRefusal(asked.error, options.format);
    const obstacle = options.out === undefined ? undefined : await refuseToReplace(options.out, path, source);
    if (obstacle !== undefined) return sayRefusal(obstacle, options.format);
    const composed = await composeCache();
    if (!composed.ok) return sayRefusal(composed.error, options.format);
    const cache = composed.value;
    sayWarnings(source.warnings, options.format);
    const { ready, fits, bounds } = await prepare(source, cache, options, stop);
    const plans = ready.map(one => one.plan);
    printPlans(source.playbook, plans, bounds, options.format);
    if (options.out !== undefined && source.kind === 'playbook') {
      const written = await savePlan(options.out, source, { ready, cache, madeAt: new Date(), madeBy: version });
      if (!written.ok) return sayRefusal(written.error, options.format);
      if (options.format === 'text') ownConsole.say(formatSavedPlan(options.out, written.value));
    }
    if (fits === 'no') return exitCodes.planNoLongerFits;
    return exitCodeOfHosts(countHosts(plans.map(outcomesBeforehand)));
  });
}

interface Bounds {
  /** For each play, what the limit of open files does to it, if anything. */
  readonly bounds: readonly (string | undefined)[];
}

/** Asks the hosts; progress goes to stderr. */
async function prepare(
  source: PlaySource,
  cache: ModuleCache,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<PreparedPlays & Bounds> {
  const { playbook, inventory } = source;
  const reporter = options.format === 'json' ? silentReader : await composeReporter(options, () => undefined);
  const events = createEventHub(newRunId(new Date()), [reporter]);
  const warn = (text: string): void => events.emit({ kind: 'notice', severity: 'warning', text });
  const { forks } = options;
  try {
    await using fleet = composeFleet(options, warn, signal);
    const saved = source.kind === 'saved-plan' ? source.plan : undefined;
    events.emit({ kind: 'run-started', command: 'plan', version, playbook, ...optional('plan', saved), inventory });
    const context = { fleet, events, cache, ...composeMemory(options), forks, signal };
    const prepared = await source.prepare({ ...context, latecomers: 'are-waited-for' });
    const bounds = prepared.ready.map(({ selected }) => sayRoom(fleet, selected.hosts, forks)?.text);
    return { ...prepared, bounds };
  } finally {
    await events.close();
  }
}

/** The outcomes of the hosts, as far as a plan can know them. */
function outcomesBeforehand({ hosts }: PlannedPlay): Parameters<typeof countHosts>[0][number] {
  return new Map(hosts.map(({ name, decision }) => [name, outcomeByPlan(decision) ?? { kind: 'ok' }]));
}

function printPlans(
  playbook: string,
  plays: readonly PlannedPlay[],
  bounds: Bounds['bounds'],
  format: 'text' | 'json',
): void {
  if (format === 'json') {
    const document: PlanDocument = { format: 'tapbook-plan/1', playbook, plays };
    ownConsole.print(toJsonLine(document));
    return;
  }
  const texts = plays.map((play, index) =>
    formatPlan(play, { ...ownConsole.shape(), ...optional('bound', bounds[index]) }),
  );
  ownConsole.print(texts.join('\n'));
}
