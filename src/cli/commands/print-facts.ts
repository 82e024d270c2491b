import { gatherFleet } from '../../engine/fleet/fleet.ts';
import { type Surveyed, surveyTargets } from '../../engine/fleet/survey.ts';
import { selectFromInventory } from '../../engine/sources/select-from-inventory.ts';
import type { EventSink } from '../../model/event.ts';
import { printableText } from '../../model/printable-text.ts';
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
    const print = options.format === 'json' ? formatJson : formatText;
    for (const one of surveyed) process.stdout.write(print(one));
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

function formatJson(one: Surveyed): string {
  const { host, kind } = one;
  const rest = one.kind === 'ready' ? { facts: one.facts } : { failure: one.failure };
  return `${JSON.stringify({ host: host.name, result: kind, ...rest })}\n`;
}

function formatText(one: Surveyed): string {
  const name = printableText(one.host.name);
  if (one.kind !== 'ready') {
    const { cause, cure } = one.failure;
    const hint = cure === undefined ? '' : `    ${printableText(cure)}\n`;
    return `${name}\n    ${one.kind}: ${printableText(cause)}\n${hint}`;
  }
  const { kernel, os, user, sudo, staprun, runtimePackage, cpus, loadAverage, freeBytes, uploadDirectory, becomeUser } =
    one.facts;
  const rows: readonly (readonly [string, string])[] = [
    ['kernel', `${kernel.release} ${kernel.machine} (${kernel.version})`],
    ['system', os.name ?? os.id ?? 'unknown'],
    ['user', becomeUser === undefined ? `${user.name}, sudo: ${sudo}` : `${user.name}, becomes ${becomeUser.name}`],
    ['staprun', staprun === undefined ? 'missing' : `${staprun.version ?? 'version unknown'} (${staprun.path})`],
    ['package', runtimePackage === undefined ? 'none' : `${runtimePackage.name} ${runtimePackage.version}`],
    ['load', `${loadAverage.join(' ')} on ${cpus} CPUs`],
    ['free', `${freeBytes === undefined ? 'unknown' : `${(freeBytes / 1e6).toFixed(0)} MB`} in ${uploadDirectory}`],
  ];
  return `${name}\n${rows.map(([key, value]) => `    ${key.padEnd(8)} ${printableText(value)}\n`).join('')}`;
}
