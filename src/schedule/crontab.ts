import { shellLine } from '../transport/shell/shell-quote.ts';
import type { ScheduledJob } from './scheduled-job.ts';

/**
 * The lines of a job in a user's crontab, between two marks by which they are found again. cron has a PATH of two folders and
 * mails what is printed.
 */
export function crontabLines(job: ScheduledJob): readonly string[] {
  const delay = job.randomDelaySeconds > 0 ? ['--sleep', `${job.randomDelaySeconds}s`] : [];
  const command = `${shellLine(['cd', job.directory])} && exec ${shellLine([...job.argv, ...delay])}`;
  return [
    ...(job.description === '' ? [] : [`# ${job.description}`]),
    // To cron, a per cent sign ends the command.
    `${job.time.text} ${command.replaceAll('%', '\\%')}`,
  ];
}

/** A crontab with the job in it, in place of what it had of the same name. */
export function addToCrontab(crontab: string, job: ScheduledJob): string {
  const rest = removeFromCrontab(crontab, job.name);
  const lines = [mark('begin', job.name), ...crontabLines(job), mark('end', job.name)];
  return `${rest === '' || rest.endsWith('\n') ? rest : `${rest}\n`}${lines.join('\n')}\n`;
}

export function removeFromCrontab(crontab: string, name: string): string {
  const lines = crontab.split('\n');
  const begin = lines.indexOf(mark('begin', name));
  const end = lines.indexOf(mark('end', name), begin);
  // With only one mark somebody has edited the crontab: nothing is removed.
  if (begin === -1 || end === -1) return crontab;
  return [...lines.slice(0, begin), ...lines.slice(end + 1)].join('\n');
}

function mark(which: 'begin' | 'end', name: string): string {
  return `# ${which} of tapbook's job ${name}`;
}
