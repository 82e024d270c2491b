import { gatherFleet } from '../../engine/fleet/fleet.ts';
import { type Surveyed, surveyTargets } from '../../engine/fleet/survey.ts';
import { selectFromInventory } from '../../engine/sources/select-from-inventory.ts';
import type { EventSink } from '../../model/event.ts';
import { formatFacts, type HostAnswer } from '../../report/texts/facts-text.ts';
import { toJsonLine } from '../../report/texts/json-line.ts';
import type { ConnectionOptions, InventoryOptions } from '../arguments/options.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import { composeTransport, connectLimits } from '../compose.ts';
import { type ExitCode, exitCodeFor, exitCodes } from '../exit-code.ts';
import { sayDiagnostics } from '../say-diagnostics.ts';
import { catchSignals } from '../session/catch-signals.ts';

/** `tapbook facts`: probes hosts and prints what was found, a few lines or one JSON object for each host. */
export async function printFacts(
  pattern: string,
  options: InventoryOptions & ConnectionOptions & { readonly forks: number },
): Promise<ExitCode> {
  using interrupts = catchSignals(() => undefined);
  const hosts = await selectFromInventory(pattern, options, interrupts.stop);
  if (!hosts.ok) return hosts.error;
  const say = (message: string): void => {
    if (options.format === 'text') sayDiagnostics([{ severity: 'warning', code: 'connection', message }], 'text');
  };
  try {
    await using fleet = gatherFleet(composeTransport(connectionPrompts(options, say)), connectLimits, interrupts.stop);
    const surveyed = await surveyTargets(
      hosts.value,
      { packages: [], commands: [] },
      { fleet, events: nobody, forks: options.forks, signal: interrupts.stop },
    );
    const format = options.format === 'json' ? toJsonLine : formatFacts;
    for (const one of surveyed) process.stdout.write(format(answerOf(one)));
    const count = (kind: Surveyed['kind']): number => surveyed.filter(one => one.kind === kind).length;
    const counts = { failed: count('failed'), unreachable: count('unreachable'), 'left-behind': 0, interrupted: 0 };
    return exitCodeFor(counts, false);
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    return exitCodes.interrupted;
  }
}

/** Facts have no reporter: they are the output. */
const nobody: EventSink = { emit: () => undefined, congestion: () => undefined };

function answerOf(one: Surveyed): HostAnswer {
  const { name: host } = one.host;
  return one.kind === 'ready'
    ? { host, result: one.kind, facts: one.facts }
    : { host, result: one.kind, failure: one.failure };
}
