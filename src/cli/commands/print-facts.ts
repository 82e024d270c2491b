import { noticesTo } from '../../engine/event-hub.ts';
import { type Surveyed, surveyTargets } from '../../engine/fleet/survey.ts';
import { selectToConnect } from '../../engine/sources/select-from-inventory.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import { formatFacts, type HostAnswer } from '../../report/texts/facts-text.ts';
import type { FactsOptions } from '../arguments/options/reach-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { composeFleet } from '../compose.ts';
import { type ExitCode, exitCodeOfResults } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayConnection, sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

/** `tapbook facts`: probes hosts and prints what was found, a few lines or one JSON object for each host. */
export function printFacts(pattern: string, options: FactsOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const selected = await selectToConnect(pattern, asRequest(options), stop);
    if (!selected.ok) return sayRefusal(selected.error, options.format);
    sayWarnings(selected.value.warnings, options.format);
    const say = sayConnection(options.format);
    await using fleet = composeFleet(options, say, stop);
    const surveyed = await surveyTargets(
      selected.value.hosts,
      { packages: [], commands: [] },
      { fleet, events: noticesTo(say), forks: options.forks, signal: stop },
    );
    const format = options.format === 'json' ? toJsonLine : formatFacts;
    for (const one of surveyed) ownConsole.print(format(answerOf(one)));
    return exitCodeOfResults(surveyed.map(({ kind }) => kind));
  });
}

function answerOf(one: Surveyed): HostAnswer {
  const { name: host } = one.host;
  return one.kind === 'ready'
    ? { host, result: one.kind, facts: one.facts }
    : { host, result: one.kind, failure: one.failure };
}
