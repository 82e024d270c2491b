import { expect, test } from 'vitest';
import { explainNoTarget } from '../../../src/engine/supervisor/explain-no-target.ts';
import type { TargetProcess } from '../../../src/model/target-process.ts';

const name: TargetProcess = { by: 'name', value: 'nginx' };
const service: TargetProcess = { by: 'service', value: 'nginx' };
const pidfile: TargetProcess = { by: 'pidfile', value: '/run/nginx.pid' };

test.each<[TargetProcess, why: string, detail: string, said: string]>([
  [name, 'no-process', '', 'there is no process named nginx; start it, or look for its name with: ps -eo pid,comm'],
  [
    name,
    'hidden',
    '',
    'its user does not see the processes of others, so neither process named nginx; set ansible_become: true: /proc is mounted with hidepid there',
  ],
  [
    name,
    'several',
    '3 7:1 8:7 9:7',
    '3 processes are named nginx: 7 (parent 1), 8 (parent 7), 9 (parent 7); add which: oldest or which: newest to target_process, or name it by service or pidfile',
  ],
  [
    name,
    'several',
    '30 7:1 8:7',
    '30 processes are named nginx: 7 (parent 1), 8 (parent 7), and 28 more; add which: oldest or which: newest to target_process, or name it by service or pidfile',
  ],
  [
    { by: 'pid', value: '77' },
    'no-process',
    '77',
    'there is no process 77; it has ended: give its number now, or name it by service, pidfile or name',
  ],
  [
    { by: 'pid', value: '77' },
    'thread',
    '77 70',
    '77 is a thread of process 70, and target() has to be a process; name 70',
  ],
  [
    pidfile,
    'no-process',
    '77',
    'there is no process 77, which /run/nginx.pid names; the file is from an earlier start: start the program',
  ],
  [
    pidfile,
    'pidfile',
    'none /run/nginx.pid',
    'there is no pidfile /run/nginx.pid; start the program, or correct the path',
  ],
  [
    pidfile,
    'pidfile',
    'unread /run/a b.pid',
    'its user may not read /run/a b.pid; set ansible_become: true, or name the process by name',
  ],
  [
    pidfile,
    'pidfile',
    'odd /run/nginx.pid',
    '/run/nginx.pid does not begin with the number of a process; name the pidfile of the program',
  ],
  [
    service,
    'service',
    'not-found',
    'there is no service nginx; see their names with: systemctl list-units --type=service',
  ],
  [service, 'service', 'masked', 'service nginx is masked; look with: systemctl status nginx'],
  [
    service,
    'service',
    'no-main active',
    'service nginx is active and has no process of its own; name the service that it starts, such as postgresql@17-main, or use pidfile or name',
  ],
  [service, 'service', 'no-main failed', 'service nginx does not run (failed); start it with: systemctl start nginx'],
  [
    service,
    'service',
    'silent 10',
    'systemctl did not answer within 10 s; see whether systemd there is well; or use pidfile or name',
  ],
  [
    service,
    'service',
    'no-pidfile',
    'no systemd answers there, and nginx has no pidfile in /run and /var/run; name its process by pidfile or name',
  ],
])('%j: %s %s', (target, why, detail, said) => {
  const { stage, cause, cure } = explainNoTarget({ why, detail }, target);
  expect(stage).toBe('load');
  expect(`${cause}; ${cure}`).toBe(said);
});
