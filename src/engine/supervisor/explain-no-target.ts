import type { Failure } from '../../model/outcome.ts';
import type { TargetProcess } from '../../model/target-process.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { SupervisorReport } from './supervisor-report.ts';

/** Explains why a host found no process for target(), upon which nothing was loaded. The words are those of `find-target.sh`. */
export function explainNoTarget(
  { why, detail }: NonNullable<SupervisorReport['refused']>,
  target: TargetProcess | undefined,
): Failure {
  const { by = 'pid', value = '' } = target ?? {};
  const [first = '', ...rest] = detail.split(' ');
  switch (why) {
    case 'hidden':
      return at(
        `its user does not see the processes of others, so neither ${sayWanted(by, value, first)}`,
        'set ansible_become: true: /proc is mounted with hidepid there',
      );
    case 'thread':
      return at(`${first} is a thread of process ${rest[0]}, and target() has to be a process`, `name ${rest[0]}`);
    case 'several':
      return severalOf(value, Number(first), rest);
    case 'pidfile':
      return pidfileFailure(first, rest.join(' '));
    case 'service':
      return serviceFailure(value, first, rest.join(' '));
    default:
      return at(`there is no ${sayWanted(by, value, first)}`, cures[by](value));
  }
}

function sayWanted(by: TargetProcess['by'], value: string, pid: string): string {
  switch (by) {
    case 'name':
      return `process named ${value}`;
    case 'pid':
      return `process ${pid}`;
    case 'pidfile':
      return `process ${pid}, which ${value} names`;
    case 'service':
      return `process ${pid}, which service ${value} names`;
    default:
      return by satisfies never;
  }
}

const cures: Readonly<Record<TargetProcess['by'], (value: string) => string>> = {
  name: () => 'start it, or look for its name with: ps -eo pid,comm',
  pid: () => 'it has ended: give its number now, or name it by service, pidfile or name',
  pidfile: () => 'the file is from an earlier start: start the program',
  service: value => `look with: ${shellLine(['systemctl', 'status', value])}`,
};

function severalOf(name: string, count: number, pairs: readonly string[]): Failure {
  const shown = pairs.map(pair => pair.replace(/^(\d+):(\d+)$/, '$1 (parent $2)')).join(', ');
  const more = count > pairs.length ? `, and ${count - pairs.length} more` : '';
  return at(
    `${count} processes are named ${name}: ${shown}${more}`,
    'add which: oldest or which: newest to target_process, or name it by service or pidfile',
  );
}

function pidfileFailure(problem: string, path: string): Failure {
  if (problem === 'none') return at(`there is no pidfile ${path}`, 'start the program, or correct the path');
  if (problem === 'unread')
    return at(`its user may not read ${path}`, 'set ansible_become: true, or name the process by name');
  return at(`${path} does not begin with the number of a process`, 'name the pidfile of the program');
}

function serviceFailure(service: string, problem: string, detail: string): Failure {
  const status = `look with: ${shellLine(['systemctl', 'status', service])}`;
  switch (problem) {
    case 'not-found':
      return at(`there is no service ${service}`, 'see their names with: systemctl list-units --type=service');
    case 'masked':
      return at(`service ${service} is masked`, status);
    case 'no-main':
      return detail === 'active'
        ? at(
            `service ${service} is active and has no process of its own`,
            'name the service that it starts, such as postgresql@17-main, or use pidfile or name',
          )
        : at(
            `service ${service} does not run (${detail})`,
            `start it with: ${shellLine(['systemctl', 'start', service])}`,
          );
    case 'silent':
      return at(
        `systemctl did not answer within ${detail} s`,
        'see whether systemd there is well; or use pidfile or name',
      );
    default:
      return at(
        `no systemd answers there, and ${service} has no pidfile in /run and /var/run`,
        'name its process by pidfile or name',
      );
  }
}

function at(cause: string, cure: string): Failure {
  return { stage: 'load', cause, cure };
}
