import { createEventHub } from '../../engine/event-hub.ts';
import { gatherFleet } from '../../engine/fleet/fleet.ts';
import { diagnosePlays } from '../../engine/prepare/diagnose-plays.ts';
import { type ExaminedPlay, selectForDoctor } from '../../engine/sources/select-for-doctor.ts';
import { newRunId } from '../../history/new-run-id.ts';
import type { DiagnosisDocument, HostDiagnosis, PlayDiagnosis } from '../../model/diagnosis.ts';
import { mergePlays } from '../../model/fixes.ts';
import { formatDiagnosisAsJunit } from '../../report/texts/doctor-junit.ts';
import { formatDiagnosis } from '../../report/texts/doctor-table.ts';
import { formatFixScripts } from '../../report/texts/fix-script.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { ApplyOptions } from '../arguments/options.ts';
import { connectionPrompts } from '../asking/connection-prompts.ts';
import { composeMemory, composeReporter, composeTransport, connectLimits } from '../compose.ts';
import { type ExitCode, exitCodeFor, exitCodes } from '../exit-code.ts';
import { sayDiagnostics } from '../say-diagnostics.ts';
import { catchSignals, type Interrupts } from '../session/catch-signals.ts';
import { colourOf } from '../session/colour.ts';
import { columnsOf } from '../session/columns-of.ts';
import { mend } from '../session/offer-fixes.ts';
import { silentReader } from '../session/silent-reader.ts';

export interface DoctorOptions extends Omit<ApplyOptions, 'format'> {
  readonly format: 'text' | 'json' | 'junit';
  /** Without a playbook: which hosts, and which of them build. */
  readonly hosts?: string;
  readonly buildHosts?: string;
  readonly fix?: boolean;
  readonly applyFixes?: boolean;
  readonly yes?: boolean;
}

/**
 * `tapbook doctor`: every check that a plan makes, for each target and build host, with what mends what does not hold.
 * Exit 2 when something fails, 4 when a host cannot be reached. Changes nothing, but with `--apply-fixes`.
 */
export async function doctor(playbook: string | undefined, options: DoctorOptions): Promise<ExitCode> {
  using interrupts = catchSignals(signal => {
    if (options.applyFixes)
      process.stderr.write(`tapbook: ${signal}: no further command is begun; those that run are waited for\n`);
  });
  // What is wrong in the input stands on stderr where stdout is XML.
  const input = { ...options, format: options.format === 'json' ? ('json' as const) : ('text' as const) };
  const selected = await selectForDoctor(playbook, input, interrupts.stop);
  if (!selected.ok) {
    sayDiagnostics(selected.error.diagnostics, input.format);
    return selected.error.exitCode;
  }
  const { plays, warnings } = selected.value;
  if (input.format === 'text') sayDiagnostics(warnings, 'text');
  const examination: Examination = { plays, options, interrupts };
  const first = await examine(examination);
  if (first === 'interrupted') return exitCodes.interrupted;
  if (options.fix) return printFixScripts(first);
  if (!options.applyFixes) return print(playbook, first, options);

  if (options.format === 'text') print(playbook, first, options);
  const mended = await mend(first, plays, { ...options, interrupts });
  if (mended.kind === 'refused') return mended.exitCode;
  if (mended.kind === 'nothing-done') {
    return options.format === 'text' ? resultOf(first) : print(playbook, first, options);
  }
  const second = await examine(examination);
  return second === 'interrupted' ? exitCodes.interrupted : print(playbook, second, options);
}

interface Examination {
  readonly plays: readonly ExaminedPlay[];
  readonly options: DoctorOptions;
  readonly interrupts: Interrupts;
}

/** Connects anew each time: a fix may have changed the groups of the user who logs in. */
async function examine({ plays, options, interrupts }: Examination): Promise<readonly PlayDiagnosis[] | 'interrupted'> {
  const reporter =
    options.format === 'text' && !options.quiet
      ? await composeReporter({ ...options, format: 'text' }, () => undefined)
      : silentReader;
  const hub = createEventHub(newRunId(new Date()), [reporter]);
  const warn = (text: string): void => hub.emit({ kind: 'notice', severity: 'warning', text });
  try {
    await using fleet = gatherFleet(composeTransport(connectionPrompts(options, warn)), connectLimits, interrupts.stop);
    const { canaries } = composeMemory(options);
    return await diagnosePlays(plays, { fleet, events: hub, canaries, forks: options.forks, signal: interrupts.stop });
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    return 'interrupted';
  } finally {
    await hub.close();
  }
}

function print(playbook: string | undefined, plays: readonly PlayDiagnosis[], options: DoctorOptions): ExitCode {
  process.stdout.write(format(playbook, plays, options));
  return resultOf(plays);
}

function format(playbook: string | undefined, plays: readonly PlayDiagnosis[], options: DoctorOptions): string {
  switch (options.format) {
    case 'json': {
      const named = playbook === undefined ? {} : { playbook };
      const document: DiagnosisDocument = { format: 'tapbook-doctor/1', ...named, plays };
      return `${JSON.stringify(document)}\n`;
    }
    case 'junit':
      return formatDiagnosisAsJunit(plays);
    case 'text': {
      const table = {
        colour: colourOf(process.stdout),
        columns: columnsOf(process.stdout),
        verbosity: options.quiet ? ('quiet' as const) : ('normal' as const),
      };
      return plays.map(play => formatDiagnosis(play, table)).join('\n');
    }
    default:
      return options.format satisfies never;
  }
}

/** Several scripts one behind the other are not one to be piped into a shell: that would run them all on one host. */
function printFixScripts(plays: readonly PlayDiagnosis[]): ExitCode {
  const scripts = formatFixScripts(plays, shellLine);
  if (scripts.length === 0) process.stderr.write('tapbook: nothing to mend\n');
  if (scripts.length > 1) {
    process.stdout.write(
      `echo "${scripts.length} scripts, each for hosts of its own: run them one by one" >&2\nexit 1\n\n`,
    );
  }
  process.stdout.write(scripts.map(({ text }) => text).join('\n'));
  return resultOf(plays);
}

function resultOf(plays: readonly PlayDiagnosis[]): ExitCode {
  const hosts = mergePlays(plays);
  const count = (result: HostDiagnosis['result']): number => hosts.filter(host => host.result === result).length;
  return exitCodeFor(
    { failed: count('failed'), unreachable: count('unreachable'), 'left-behind': 0, interrupted: 0 },
    false,
  );
}
