import { createEventHub } from '../../engine/event-hub.ts';
import { diagnosePlays } from '../../engine/prepare/diagnose-plays.ts';
import { type ExaminedPlay, selectForDoctor } from '../../engine/sources/select-for-doctor.ts';
import { newRunId } from '../../history/write/new-run-id.ts';
import type { PlayDiagnosis } from '../../model/diagnosis.ts';
import { mergePlays } from '../../model/fixes.ts';
import { optional } from '../../model/optional.ts';
import { formatDiagnoses } from '../../report/texts/doctor-text.ts';
import { formatFixScripts, joinFixScripts } from '../../report/texts/fix-script.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { DoctorOptions } from '../arguments/options/doctor-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { composeFleet, composeKeptProbes, composeMemory, composeReporter } from '../compose.ts';
import { type ExitCode, exitCodeOfResults, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal, sayWarnings } from '../say-refusal.ts';
import { offerFixes } from '../session/offer-fixes.ts';
import { silentReader } from '../session/silent-reader.ts';
import { untilStopped } from '../session/until-stopped.ts';

/**
 * `tapbook doctor`: makes every check of a plan for each target and build host, and shows a fix for each that fails.
 * Exit 2 when a check fails, 4 when a host cannot be reached. Changes nothing without `--apply-fixes`.
 */
export function doctor(playbook: string | undefined, options: DoctorOptions): Promise<ExitCode> {
  const onStop = (signal: string): void => {
    if (options.applyFixes) ownConsole.tell(`${signal}: no further command is begun; those that run are waited for`);
  };
  return untilStopped(async interrupts => {
    // JUnit keeps stdout for its XML: errors of the input go to stderr then.
    const input = options.format === 'json' ? 'json' : 'text';
    const selected = await selectForDoctor(playbook, asRequest(options), interrupts.stop);
    if (!selected.ok) return sayRefusal(selected.error, input);
    const { plays, warnings } = selected.value;
    sayWarnings(warnings, input);
    const first = await examine(plays, options, interrupts.stop);
    if (options.fix) return printFixScripts(first);
    if (!options.applyFixes) return print(playbook, first, options);

    if (options.format === 'text') print(playbook, first, options);
    const offered = await offerFixes(first, plays, { ...options, interrupts });
    if (offered === 'nobody-answers') return exitCodes.usage;
    if (offered === 'nothing-done') {
      return options.format === 'text' ? resultOf(first) : print(playbook, first, options);
    }
    return print(playbook, await examine(plays, options, interrupts.stop), options);
  }, onStop);
}

/** Opens new connections each time: a fix may have changed the groups of the user who logs in. */
async function examine(
  plays: readonly ExaminedPlay[],
  options: DoctorOptions,
  signal: AbortSignal,
): Promise<readonly PlayDiagnosis[]> {
  const reporter =
    options.format === 'text' && !options.quiet
      ? await composeReporter({ ...options, format: 'text' }, () => undefined)
      : silentReader;
  const events = createEventHub(newRunId(new Date()), [reporter]);
  const warn = (text: string): void => events.emit({ kind: 'notice', severity: 'warning', text });
  try {
    await using fleet = composeFleet(options, warn, signal);
    const { canaries } = composeMemory(options);
    return await diagnosePlays(plays, {
      fleet,
      events,
      canaries,
      kept: composeKeptProbes(),
      forks: options.forks,
      signal,
    });
  } finally {
    await events.close();
  }
}

function print(playbook: string | undefined, plays: readonly PlayDiagnosis[], options: DoctorOptions): ExitCode {
  const { format, quiet } = options;
  const verbosity = quiet ? 'quiet' : 'normal';
  ownConsole.print(
    formatDiagnoses(plays, format, { ...optional('playbook', playbook), ...ownConsole.shape(), verbosity }),
  );
  return resultOf(plays);
}

function printFixScripts(plays: readonly PlayDiagnosis[]): ExitCode {
  const scripts = formatFixScripts(plays, shellLine);
  if (scripts.length === 0) ownConsole.tell('nothing to mend');
  ownConsole.print(joinFixScripts(scripts));
  return resultOf(plays);
}

function resultOf(plays: readonly PlayDiagnosis[]): ExitCode {
  return exitCodeOfResults(mergePlays(plays).map(({ result }) => result));
}
