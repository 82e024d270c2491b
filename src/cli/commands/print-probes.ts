import { noticesTo } from '../../engine/event-hub.ts';
import { gatherFiles } from '../../engine/probes/gather-files.ts';
import { listProbes } from '../../engine/probes/list-probes.ts';
import { selectForProbes } from '../../engine/sources/select-for-probes.ts';
import { toJsonLine } from '../../report/layout/json-line.ts';
import { formatProbes } from '../../report/texts/probes-text.ts';
import type { ProbesOptions } from '../arguments/options/probes-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { composeFleet, composeKeptProbes } from '../compose.ts';
import { type ExitCode, exitCodeOfResults } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayConnection, sayRefusal, sayWarnings } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

/**
 * `tapbook probes`: what programs and libraries of hosts offer to scripts. Exit 2 where a file cannot be read, 4 where a host cannot
 * be reached. Changes nothing on them.
 */
export function printProbes(what: string, options: ProbesOptions): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const { format } = options;
    const selected = await selectForProbes(what, asRequest(options), stop);
    if (!selected.ok) return sayRefusal(selected.error, format);
    const { hosts, paths, warnings } = selected.value;
    sayWarnings(warnings, format);
    const say = sayConnection(format);
    await using fleet = composeFleet(options, say, stop);
    const listed = await listProbes(hosts, {
      ...{ fleet, events: noticesTo(say), forks: options.forks, signal: stop },
      ...{ probedPaths: paths, kept: composeKeptProbes() },
    });
    const document = gatherFiles(listed, options.functions);
    ownConsole.print(format === 'json' ? toJsonLine(document) : formatProbes(document, ownConsole.shape()));
    return exitCodeOfResults(listed.map(({ result }) => (result.ok ? 'ok' : result.error.kind)));
  });
}
