import { describe, expect, test } from 'vitest';
import type { GroupName, HostName } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { bindScripts } from '../../src/playbook/bind-scripts.ts';
import { sayAll } from '../document/say.ts';
import { loadPlay, refusal } from './rig.ts';

const playbook = (target: string): string => `- hosts: db
  scripts:
    - name: a
      inline: probe syscall.read { if (pid() == target()) println(1) }
      duration: 1
      target_process: ${target}
`;

/** What a host with these variables looks for. */
async function bound(target: string, vars: JsonObject = {}): Promise<unknown> {
  const host = { name: 'db1' as HostName, groups: [] as GroupName[], vars, connection: { kind: 'local' } as const };
  const scripts = bindScripts(await loadPlay(playbook(target)), host, {});
  return scripts.ok ? scripts.value[0]?.targetProcess : sayAll(scripts.error);
}

describe('what each host looks for', () => {
  test.each<[target: string, vars: JsonObject, expected: unknown]>([
    ['{ pid: 1234 }', {}, { by: 'pid', value: '1234' }],
    ['{ pid: "{{ p }}" }', { p: 77 }, { by: 'pid', value: '77' }],
    ['{ pid: "{{ p }}" }', { p: '77' }, { by: 'pid', value: '77' }],
    ['{ name: nginx, which: oldest }', {}, { by: 'name', value: 'nginx', which: 'oldest' }],
    ['{ name: "kworker/0:1" }', {}, { by: 'name', value: 'kworker/0:1' }],
    ['{ name: "tmux: server" }', {}, { by: 'name', value: 'tmux: server' }],
    ['{ pidfile: "/run/{{ d }}/x.pid" }', { d: 'mysqld' }, { by: 'pidfile', value: '/run/mysqld/x.pid' }],
    ['{ service: "postgresql@{{ v }}-main" }', { v: 17 }, { by: 'service', value: 'postgresql@17-main' }],
    [
      '{ pid: "{{ p }}" }',
      { p: 'x1' },
      '6:30-31 [p] malformed: target_process.pid: "x1" is no number of a process for host db1; it is from 1 to 4194304; service, pidfile and name find one',
    ],
    [
      '{ service: "{{ p }}" }',
      { p: '-all' },
      '6:34-35 [p] malformed: target_process.service: "-all" is no name of a service for host db1; for example: nginx or postgresql@17-main.service',
    ],
  ])('%s with %j', async (target, vars, expected) => {
    const found = await bound(target, vars);
    if (typeof expected === 'string') expect(String(found).replace(/\S*p\.yml:/, '')).toContain(expected.slice(10));
    else expect(found).toEqual(expected);
  });
});

test.each([
  ['{ }', 'empty: target_process is empty; for example: {"service":"nginx"}'],
  ['nginx', 'wrong-type: target_process is a text, not a mapping; for example: {"service":"nginx"}'],
  ['{ which: oldest }', 'which-process: target_process names no process; add name: to it, or service, pidfile or pid'],
  ['{ pid: 1, name: x }', 'which-process: target_process has both pid and name; take one of them away'],
  [
    '{ pid: 1, which: oldest }',
    'no-effect: which has no meaning beside pid, which names one process only; take it away',
  ],
  ['{ name: x, which: first }', 'unknown-value: which cannot be "first"; write oldest or newest'],
  [
    '{ command: x }',
    'unknown-key: "command" is no key of target_process; known here: pid, name, pidfile, service, which',
  ],
  ['{ pid: 0 }', 'out-of-range: pid is 0, the least is 1; for example: "{{ server_pid }}"'],
  ['{ pid: "0x1" }', 'malformed: target_process.pid: "0x1" is no number of a process'],
  ['{ pid: "4194305" }', 'malformed: target_process.pid: "4194305" is no number of a process'],
  [
    '{ name: /usr/sbin/nginx }',
    'malformed: target_process.name: "/usr/sbin/nginx" is a path, and the kernel has a name only; write name: nginx, as ps -o comm shows it',
  ],
  ['{ name: gnome-terminal-server }', 'is longer than the 15 bytes that the kernel keeps; write name: gnome-terminal-'],
  ['{ name: ääääääää }', 'is longer than the 15 bytes that the kernel keeps; write name: äääääää'],
  [
    '{ pidfile: run/x.pid }',
    'malformed: target_process.pidfile: "run/x.pid" is no absolute path; for example: /run/mysqld/mysqld.pid',
  ],
  ['{ service: "a b" }', 'malformed: target_process.service: "a b" is no name of a service'],
  ['{ service: ../x }', 'malformed: target_process.service: "../x" is no name of a service'],
  ['{ name: x, which: "{{ w }}" }', 'template-not-here: a template cannot stand in which'],
])('%s is refused', async (target, said) => {
  expect(await refusal({ 'p.yml': playbook(target) })).toContain(said);
});
