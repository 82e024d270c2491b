import type { JobChange } from '../../model/job-change.ts';
import { formatLines } from '../layout/format-lines.ts';

/** What was done to install a job or to remove it, a line each. */
export function formatJobChanges(changes: readonly JobChange[]): string {
  return formatLines(changes.map(describeChange));
}

/** The files of a job for systemd, each below its name as a comment. */
export function formatUnits(units: readonly { readonly name: string; readonly text: string }[]): string {
  return units.map(({ name, text }) => `# ${name}\n${text}`).join('\n');
}

const crontabWords = {
  added: 'added to the crontab (crontab -l shows it)',
  kept: 'the crontab has it already',
  removed: 'removed from the crontab',
  absent: 'the crontab does not have it',
} as const;

function describeChange(change: JobChange): string {
  switch (change.kind) {
    case 'crontab':
      return crontabWords[change.became];
    case 'file':
      return `${change.became === 'written' ? 'wrote' : 'removed'} ${change.path}`;
    case 'command':
      return change.argv.join(' ');
    default:
      return change satisfies never;
  }
}
