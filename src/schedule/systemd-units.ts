import { onCalendar } from './on-calendar.ts';
import type { ScheduledJob } from './scheduled-job.ts';

export interface Unit {
  /** The file's name: `tapbook-NAME.service`. */
  readonly name: string;
  readonly text: string;
}

/** A service and the timer that starts it (systemd.service(5), systemd.timer(5)); systemd runs it only once at a time. */
export function systemdUnits(job: ScheduledJob): { readonly service: Unit; readonly timer: Unit } {
  const name = `tapbook-${job.name}`;
  return {
    service: {
      name: `${name}.service`,
      text: `[Unit]
Description=${describe(job)}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory=${literal(directoryOf(job))}
${environmentLines(job)}
ExecStart=${job.argv.map(quote).join(' ')}
# A signal stops the scripts in order; what is left after that time, the targets clean up by their lease.
KillMode=mixed
TimeoutStopSec=120
`,
    },
    timer: {
      name: `${name}.timer`,
      text: `[Unit]
Description=${describe(job)} (timer)

[Timer]
${onCalendar(job.time)
  .map(line => `OnCalendar=${line}\n`)
  .join('')}${job.randomDelaySeconds === 0 ? '' : `RandomizedDelaySec=${job.randomDelaySeconds}s\n`}AccuracySec=1s
# What was missed while the machine was off is not made up for.
Persistent=false

[Install]
WantedBy=timers.target
`,
    },
  };
}

function environmentLines({ home, environment }: ScheduledJob): string {
  const all = Object.entries({ HOME: home, ...environment });
  return all.map(([name, value]) => `Environment=${inQuotes(literal(`${name}=${value}`))}`).join('\n');
}

/** A per cent sign begins a specifier of systemd, so it is doubled. */
function literal(text: string): string {
  return text.replaceAll('%', '%%');
}

/** A backslash at a line's end would join the next line to it; a path may end in a slash. */
function directoryOf({ directory }: ScheduledJob): string {
  return directory.endsWith('\\') ? `${directory}/` : directory;
}

function describe({ description }: ScheduledJob): string {
  return literal(description).replace(/\\+$/, '');
}

/** A word of a command line in a unit; only there a dollar sign begins a variable. */
function quote(word: string): string {
  return inQuotes(literal(word).replaceAll('$', '$$$$'));
}

function inQuotes(plain: string): string {
  return /^[\w@+=:,./%$-]+$/.test(plain) ? plain : `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
