import { resolve } from 'node:path';
import { openPlays } from '../../engine/sources/open-plays.ts';
import { optional } from '../../model/optional.ts';
import { type Refusal, refuse } from '../../model/refusal.ts';
import { ownHome } from '../../process/own-account.ts';
import { formatLines } from '../../report/layout/format-lines.ts';
import { formatJobChanges, formatUnits } from '../../report/texts/schedule-text.ts';
import { crontabLines } from '../../schedule/crontab.ts';
import { describeJob } from '../../schedule/describe-job.ts';
import { environmentForJobs } from '../../schedule/environment-for-jobs.ts';
import { changeCrontab, changeUnits } from '../../schedule/install-job.ts';
import type { ScheduledJob } from '../../schedule/scheduled-job.ts';
import { systemdUnits } from '../../schedule/systemd-units.ts';
import type { ScheduleOptions } from '../arguments/options/schedule-options.ts';
import { asRequest } from '../asking/as-request.ts';
import { trustInFile } from '../asking/trust-in-file.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { ownConsole } from '../own-console.ts';
import { sayRefusal } from '../say-refusal.ts';
import { untilStopped } from '../session/until-stopped.ts';

/**
 * `tapbook schedule`: prints, installs or removes the cron job or systemd timer that applies a playbook regularly.
 * `given` are the options for the apply, as words. A playbook that could not be applied is not scheduled.
 */
export function schedule(path: string, options: ScheduleOptions, given: readonly string[]): Promise<ExitCode> {
  return untilStopped(async ({ stop }) => {
    const { cron, systemd, remove, install } = options;
    if (asking.some(key => options[key])) return sayRefusal(nobodyAnswers(), 'text');
    const wishes = {
      path,
      cron,
      ...optional('name', options.name),
      ...optional('randomDelay', options.randomDelay),
      given,
    };
    const program = [process.execPath, resolve(process.argv[1] ?? '')];
    const environment = environmentForJobs(process.env, process.cwd());
    const job = describeJob(wishes, { directory: process.cwd(), home: ownHome(), environment, program });
    if (!job.ok) return sayRefusal(job.error, 'text');
    if (!remove) {
      const selected = await openPlays(
        path,
        { ...asRequest(options), expand: false, ...trustInFile(path, options) },
        stop,
      );
      if (!selected.ok) return sayRefusal(selected.error, 'text');
    }
    if (!install && !remove) {
      ownConsole.print(systemd ? unitsOf(job.value) : formatLines(crontabLines(job.value)));
      return exitCodes.ok;
    }
    const change = systemd ? changeUnits : changeCrontab;
    const changed = await change(job.value, remove ? 'remove' : 'add', stop);
    if (!changed.ok) return sayRefusal(notInstalled(changed.error, systemd ? 'units are' : 'line is'), 'text');
    ownConsole.say(formatJobChanges(changed.value));
    return exitCodes.ok;
  });
}

const asking = ['ask', 'askPass', 'askBecomePass', 'askVaultPass'] as const;

function nobodyAnswers(): Refusal {
  const message = 'nobody is there to answer when cron or systemd runs it';
  const cure = 'give passwords in files: --become-password-file, --connection-password-file, --vault-password-file';
  return refuse('wrong-usage', { code: 'wrong-usage', message, cure });
}

function notInstalled(message: string, what: 'units are' | 'line is'): Refusal {
  return refuse('invalid-input', { code: 'not-installed', message, cure: `without --install the ${what} printed` });
}

function unitsOf(job: ScheduledJob): string {
  const { service, timer } = systemdUnits(job);
  return formatUnits([service, timer]);
}
