import { shellLine } from '../transport/shell/shell-quote.ts';
import type { ScheduledJob } from './scheduled-job.ts';

/**
 * The lines of a job in a user's crontab, between two marks to find them again. cron sets a PATH of only two folders, and mails
 * what is printed.
 */
export function crontabLines(job: ScheduledJob): readonly string[] {
  const delay = job.randomDelaySeconds > 0 ? ['--sleep', `${job.randomDelaySeconds}s`] : [];
  const set = Object.entries(job.environment).map(([name, value]) => `${name}=${value}`);
  const argv = [...(set.length === 0 ? [] : ['env', ...set]), ...job.argv, ...delay];
  const command = `${shellLine(['cd', job.directory])} && exec ${shellLine(argv)}`;
  return [
    ...(job.description === '' ? [] : [`# ${job.description}`]),
    // To cron, a per cent sign ends the command, and of two backslashes it takes one.
    `${job.time.text} ${command.replace(/\\(?=[\\%])/g, '\\\\').replaceAll('%', '\\%')}`,
  ];
}

/** Adds a job to the text of a crontab, in place of a job of the same name. */
export function addToCrontab(crontab: string, job: ScheduledJob): string {
  const rest = removeFromCrontab(crontab, job.name);
  const lines = [mark('begin', job.name), ...crontabLines(job), mark('end', job.name)];
  return `${rest === '' || rest.endsWith('\n') ? rest : `${rest}\n`}${lines.join('\n')}\n`;
}

export function removeFromCrontab(crontab: string, name: string): string {
  const lines = crontab.split('\n');
  const begin = lines.indexOf(mark('begin', name));
  const end = lines.indexOf(mark('end', name), begin);
  // If a mark is missing, a person has edited the crontab: nothing is removed.
  if (begin === -1 || end === -1) return crontab;
  return [...lines.slice(0, begin), ...lines.slice(end + 1)].join('\n');
}

function mark(which: 'begin' | 'end', name: string): string {
  return `# ${which} of tapbook's job ${name}`;
}
