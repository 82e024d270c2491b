import { basename, resolve } from 'node:path';
import { openPlays } from '../../engine/sources/open-plays.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { ownHome } from '../../process/own-account.ts';
import { formatJobChanges, formatUnits } from '../../report/texts/schedule-text.ts';
import { parseCron } from '../../schedule/cron-time.ts';
import { crontabLines } from '../../schedule/crontab.ts';
import { changeCrontab, changeUnits } from '../../schedule/install-job.ts';
import type { ScheduledJob } from '../../schedule/scheduled-job.ts';
import { systemdUnits } from '../../schedule/systemd-units.ts';
import type { ScheduleOptions } from '../arguments/options/schedule-options.ts';
import { withPasswords } from '../asking/passwords.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';
import { catchSignals } from '../session/catch-signals.ts';

/** Nobody is there to answer. */
const asking = ['ask', 'askPass', 'askBecomePass', 'askVaultPass'] as const;

/**
 * `tapbook schedule`: prints what makes cron or systemd apply a playbook again and again, or installs or removes it.
 * `given` are the options for the apply, as words. What could not be applied is not scheduled either.
 */
export async function schedule(
  playbookPath: string,
  options: ScheduleOptions,
  given: readonly string[],
): Promise<ExitCode> {
  using interrupts = catchSignals(() => undefined);
  const { systemd, remove, install } = options;
  const refuse = (diagnostic: Omit<Diagnostic, 'severity'>, code: ExitCode): ExitCode => {
    ownConsole.sayDiagnostics([{ severity: 'error', ...diagnostic }], 'text');
    return code;
  };
  const asks = asking.find(key => options[key]);
  if (asks !== undefined) {
    const message = 'nobody is there to answer when cron or systemd runs it';
    const cure = 'give passwords in files: --become-password-file, --connection-password-file, --vault-password-file';
    return refuse({ code: 'wrong-usage', message, cure }, exitCodes.usage);
  }
  const time = parseCron(options.cron);
  if (!time.ok) {
    const cure = "for example --cron '*/15 * * * *', or @hourly";
    return refuse({ code: 'wrong-usage', message: `--cron "${options.cron}": ${time.error}`, cure }, exitCodes.usage);
  }
  const name = options.name ?? basename(playbookPath).replace(/\.(?:ya?ml|json)$/, '');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/.test(name)) {
    const message = `"${name}" cannot name a job: it takes letters, digits and . _ -`;
    return refuse({ code: 'wrong-usage', message, cure: 'give it another one with --name' }, exitCodes.usage);
  }
  if (!remove) {
    const selected = await openPlays(playbookPath, withPasswords(options), interrupts.stop);
    if (!selected.ok) return sayRefusal(selected.error, 'text');
  }
  const quiet = given.includes('--quiet') ? [] : ['--quiet'];
  const job: ScheduledJob = {
    name,
    time: time.value,
    argv: [process.execPath, resolve(process.argv[1] ?? ''), 'apply', resolve(playbookPath), ...given, ...quiet],
    directory: process.cwd(),
    home: ownHome(),
    description: `tapbook apply ${basename(playbookPath)}`,
    randomDelaySeconds: options.randomDelay ?? 0,
  };
  if (!install && !remove) {
    ownConsole.print(systemd ? unitsText(job) : `${crontabLines(job).join('\n')}\n`);
    return exitCodes.ok;
  }
  const change = systemd ? changeUnits : changeCrontab;
  const changed = await change(job, remove ? 'remove' : 'add', interrupts.stop);
  if (!changed.ok) {
    const cure = systemd ? 'without --install the units are printed' : 'without --install the line is printed';
    return refuse({ code: 'not-installed', message: changed.error, cure }, exitCodes.invalidInput);
  }
  ownConsole.say(formatJobChanges(changed.value));
  return exitCodes.ok;
}

function unitsText(job: ScheduledJob): string {
  const { service, timer } = systemdUnits(job);
  return formatUnits([service, timer]);
}
