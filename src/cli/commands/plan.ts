import { createEventHub } from '../../engine/event-hub.ts';
import { gatherFleet } from '../../engine/fleet/fleet.ts';
import { refuseToReplace, sealPlays, writePlan } from '../../engine/prepare/save-plan.ts';
import { openPlays } from '../../engine/sources/open-plays.ts';
import type { PlaySource } from '../../engine/sources/play-source.ts';
import { provenanceOf, whyNotClean } from '../../engine/sources/require-clean.ts';
import { newRunId } from '../../history/new-run-id.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { optional } from '../../model/optional.ts';
import { countHosts, outcomeByPlan } from '../../model/outcome.ts';
import type { PlanDocument, PlannedPlay } from '../../model/plan.ts';
import { version } from '../../model/version.ts';
import { formatPlan } from '../../report/texts/plan-text.ts';
import type { ApplyOptions } from '../arguments/options.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import { composeCache, composeMemory, composeReporter, composeTransport, connectLimits } from '../compose.ts';
import { type ExitCode, exitCodeFor, exitCodes } from '../exit-code.ts';
import { sayDiagnostics } from '../say-diagnostics.ts';
import { catchSignals } from '../session/catch-signals.ts';
import { colourOf } from '../session/colour.ts';
import { columnsOf } from '../session/columns-of.ts';
import { silentReader } from '../session/silent-reader.ts';

/** `tapbook plan`: asks the hosts, prints what an apply would do, changes nothing. Exit 2, 4 or 6 if hosts would fail. */
export async function plan(path: string, options: ApplyOptions): Promise<ExitCode> {
  using interrupts = catchSignals(() => undefined);
  const opened = await openPlays(path, options, interrupts.stop);
  if (!opened.ok) {
    sayDiagnostics(opened.error.diagnostics, options.format);
    return opened.error.exitCode;
  }
  const { playbook, plan: saved, inventory, sources, warnings, selected, prepare } = opened.value;
  const unclean = options.requireClean
    ? await whyNotClean(opened.value, await provenanceOf(opened.value, interrupts.stop))
    : [];
  if (unclean.length > 0) {
    sayDiagnostics(unclean, options.format);
    return exitCodes.invalidInput;
  }
  const obstacle = await whyNotSave(path, options.out, selected);
  if (obstacle !== undefined) {
    sayDiagnostics([obstacle], options.format);
    return exitCodes.usage;
  }
  if (options.format === 'text') sayDiagnostics(warnings, 'text');
  const reporter = options.format === 'json' ? silentReader : await composeReporter(options, () => undefined);
  const hub = createEventHub(newRunId(new Date()), [reporter]);
  const warn = (text: string): void => hub.emit({ kind: 'notice', severity: 'warning', text });
  try {
    await using fleet = gatherFleet(composeTransport(connectionPrompts(options, warn)), connectLimits, interrupts.stop);
    hub.emit({
      kind: 'run-started',
      command: 'plan',
      version,
      playbook,
      ...optional('plan', saved),
      inventory,
    });
    const cache = composeCache();
    const { ready, fits } = await prepare({
      fleet,
      events: hub,
      cache,
      ...composeMemory(options),
      forks: options.forks,
      signal: interrupts.stop,
      latecomers: 'are-waited-for',
    });
    await hub.close();
    const plans = ready.map(one => one.plan);
    printPlans(playbook, plans, options.format);
    if (options.out !== undefined && selected !== undefined) {
      // Whoever applies it looks beside the playbook, wherever it was read.
      const own = { ...selected.playbook, source: { ...selected.playbook.source, path: playbook } };
      const sealed = await sealPlays({
        selected: { ...selected, playbook: own },
        ready,
        sources,
        cache,
        madeAt: new Date(),
        madeBy: version,
      });
      const written = await writePlan(options.out, sealed);
      if (!written.ok) {
        sayDiagnostics([written.error], options.format);
        return exitCodes.invalidInput;
      }
      if (options.format === 'text') process.stderr.write(`saved ${options.out}, digest ${sealed.sha256}\n`);
    }
    if (fits === 'no') return exitCodes.planNoLongerFits;
    return exitCodeFor(countHosts(plans.map(outcomesBeforehand)), false);
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    await hub.close();
    return exitCodes.interrupted;
  }
}

/** What speaks against `--out`, before any host is asked. */
async function whyNotSave(
  path: string,
  out: string | undefined,
  selected: PlaySource['selected'],
): Promise<Diagnostic | undefined> {
  if (out === undefined) return undefined;
  if (selected !== undefined) return refuseToReplace(out);
  const message = `${path} is a saved plan already`;
  return { severity: 'error', code: 'wrong-usage', message, cure: 'give --out with a playbook' };
}

/** What would come of the hosts, as far as a plan can say. */
function outcomesBeforehand({ hosts }: PlannedPlay): Parameters<typeof countHosts>[0][number] {
  return new Map(hosts.map(({ name, decision }) => [name, outcomeByPlan(decision) ?? { kind: 'ok' }]));
}

function printPlans(playbook: string, plays: readonly PlannedPlay[], format: 'text' | 'json'): void {
  if (format === 'json') {
    const document: PlanDocument = { format: 'tapbook-plan/1', playbook, plays };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const colour = colourOf(process.stdout);
  const columns = columnsOf(process.stdout);
  const texts = plays.map(play => formatPlan(play, { colour, columns }));
  process.stdout.write(`${texts.join('\n')}`);
}
