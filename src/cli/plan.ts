import { newRunId } from '../history/new-run-id.ts';
import type { PlanDocument, PlannedPlay } from '../model/plan.ts';
import { leftOut } from '../plan/left-out.ts';
import { formatPlan } from '../report/plan-text.ts';
import { gatherFleet } from '../run/fleet.ts';
import { colourOf } from './colour.ts';
import { composeCache, composeMemory, composeReporter, composeTransport, connectLimits } from './compose.ts';
import { createEventHub } from './event-hub.ts';
import { type ExitCode, exitCodeFor, exitCodes } from './exit-code.ts';
import type { ApplyOptions } from './options.ts';
import { planPlays } from './plan-plays.ts';
import { sayDiagnostics } from './say-diagnostics.ts';
import { selectPlays } from './select-plays.ts';
import { catchSignals } from './signals.ts';
import { silentReader } from './silent-reader.ts';
import { countHosts } from './tally-outcomes.ts';
import { version } from './version.ts';
import { voiceOf } from './voice.ts';

/** `tapbook plan`: asks the hosts, prints what an apply would do, changes nothing. Exit 2, 4 or 6 if hosts would fail. */
export async function plan(playbookPath: string, options: ApplyOptions): Promise<ExitCode> {
  using interrupts = catchSignals(() => undefined);
  const selected = await selectPlays(playbookPath, options, interrupts.stop);
  if (!selected.ok) {
    sayDiagnostics(selected.error.diagnostics, options.format);
    return selected.error.exitCode;
  }
  if (options.format === 'text') sayDiagnostics(selected.value.warnings, 'text');
  const { playbook, inventory, plays } = selected.value;
  const reporter =
    options.format === 'json' ? silentReader : await composeReporter({ ...options, quiet: false }, () => undefined);
  const hub = createEventHub(newRunId(new Date()), [reporter]);
  const warn = (text: string): void => hub.emit({ kind: 'notice', severity: 'warning', text });
  try {
    await using fleet = gatherFleet(composeTransport(voiceOf(options, warn)), connectLimits, interrupts.stop);
    hub.emit({
      kind: 'run-started',
      command: 'plan',
      version,
      playbook: playbook.source.path,
      inventory: inventory.sources.map(source => source.path),
    });
    const ready = await planPlays(plays, {
      fleet,
      events: hub,
      cache: composeCache(),
      ...composeMemory(options),
      forks: options.forks,
      signal: interrupts.stop,
    });
    await hub.close();
    const plans = ready.map(one => one.plan);
    printPlans(playbook.source.path, plans, options.format);
    return exitCodeFor(countHosts(plans.map(outcomesBeforehand)), false);
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    await hub.close();
    return exitCodes.interrupted;
  }
}

/** What would come of the hosts, as far as a plan can say. */
function outcomesBeforehand({ hosts }: PlannedPlay): Parameters<typeof countHosts>[0][number] {
  return new Map(hosts.map(host => [host.name, leftOut(host) ?? { kind: 'ok' }]));
}

function printPlans(playbook: string, plays: readonly PlannedPlay[], format: 'text' | 'json'): void {
  if (format === 'json') {
    const document: PlanDocument = { format: 'tapbook-plan/1', playbook, plays };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const colour = colourOf(process.stdout);
  const columns = process.stdout.columns ?? 80;
  const texts = plays.map(play => formatPlan(play, { colour, columns }));
  process.stdout.write(`${texts.join('\n')}`);
}
