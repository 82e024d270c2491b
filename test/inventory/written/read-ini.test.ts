import { describe, expect, test } from 'vitest';
import { readIni } from '../../../src/inventory/written/read-ini.ts';
import { say } from '../rig.ts';

function read(text: string): unknown {
  const written = readIni({ path: 'hosts', text });
  if (!written.ok) throw new Error(say(written.error.diagnostics));
  const varsOf = (vars: readonly { readonly name: string; readonly value: unknown }[]) =>
    Object.fromEntries(vars.map(({ name, value }) => [name, value]));
  const { entries } = written.value;
  return {
    hosts: entries.flatMap((entry): unknown[] =>
      entry.kind === 'host'
        ? [[entry.group, entry.port ? `${entry.name}:${entry.port}` : entry.name, varsOf(entry.vars)]]
        : [],
    ),
    groups: entries.flatMap((entry): unknown[] => {
      if (entry.kind === 'host') return [];
      if (entry.kind === 'child') return [`${entry.name} in ${entry.parent}`];
      return [[`${entry.name} ${entry.role}`, varsOf(entry.vars)]];
    }),
  };
}

function complaints(text: string): string {
  const written = readIni({ path: 'hosts', text });
  if (written.ok) throw new Error('nothing was found to be wrong');
  return say(written.error.diagnostics);
}

describe('readIni', () => {
  test('refuses what is no UTF-8, which would be another password, but not in comments', () => {
    const lines = [
      '# B\uFFFDro',
      'n1 ansible_password=gr\uFFFDn',
      'n2 # B\uFFFDro',
      '[web:vars]',
      'a=\uFFFD',
      '[\uFFFD]',
    ];
    expect(complaints(lines.join('\n'))).toMatchInlineSnapshot(`
      "hosts:2:23 "�" not-text: this is no UTF-8; save the file as UTF-8 text
      hosts:5:3 "�" not-text: this is no UTF-8; save the file as UTF-8 text
      hosts:6:2 "�" not-text: this is no UTF-8; save the file as UTF-8 text"
    `);
  });

  test('reads hosts, children, variables and comments', () => {
    const text = [
      '# comment',
      '; another',
      'lonely ansible_port=2022',
      '',
      '  [web]   # the front',
      'web[1:2] role="front end" n=1 # trailing',
      '[prod:children]',
      '  web # all of them',
      '[prod:vars]',
      'ansible_user = deploy',
      'motto = hello # world',
      'empty =',
      'list = [1, 2]',
      'none = None',
    ].join('\r\n');
    expect(read(text)).toEqual({
      hosts: [
        ['ungrouped', 'lonely', { ansible_port: 2022 }],
        ['web', 'web1', { role: 'front end', n: 1 }],
        ['web', 'web2', { role: 'front end', n: 1 }],
      ],
      groups: [
        ['web declares', {}],
        ['prod declares', {}],
        'web in prod',
        ['prod mentions', { ansible_user: 'deploy', motto: 'hello # world', empty: '', list: [1, 2], none: null }],
      ],
    });
  });

  test('reads ports and IPv6 addresses', () => {
    expect(read('db[1:2]:2222\n[2001:db8::1]:22 a=1\n2001:db8::2\n10.0.0.1:24')).toEqual({
      hosts: [
        ['ungrouped', 'db1:2222', {}],
        ['ungrouped', 'db2:2222', {}],
        ['ungrouped', '2001:db8::1:22', { a: 1 }],
        ['ungrouped', '2001:db8::2', {}],
        ['ungrouped', '10.0.0.1:24', {}],
      ],
      groups: [],
    });
  });

  test('an empty file is an empty inventory', () => {
    expect(read('\n# nothing\n')).toEqual({ hosts: [], groups: [] });
  });

  test('reports all that is wrong, each with its place', () => {
    const text = [
      'db1 a="x',
      'db2 user',
      'db3 =x',
      'db[3:1]',
      'db4:',
      'db5:70000',
      '---',
      '""',
      '[web tier]',
      'not looked at',
      '[web:child]',
      'not looked at either',
      '[web:children]',
      'a b',
      '[web:vars]',
      'novalue',
      '[web:hosts]',
      'db6',
    ].join('\n');
    expect(complaints(text)).toMatchInlineSnapshot(`
      "hosts:1:7 ""x" invalid-quoting: the quote " is never closed
      hosts:2:5 "user" invalid-variable: this is no variable of a host; write each variable as name=value, without blanks round the "="
      hosts:3:5 "=x" invalid-variable: this is no variable of a host; write each variable as name=value, without blanks round the "="
      hosts:4:1 "db[3:1]" invalid-range: "db[3:1]" is no range of hosts: the range [3:1] begins after its end
      hosts:5:1 "db4:" invalid-host: the host "db4:" ends with a colon; write a port behind it, or drop it
      hosts:6:1 "db5:70000" invalid-port: 70000 is no port; write one from 1 to 65535
      hosts:7:1 "---" invalid-host: "---" cannot be a host's name
      hosts:8:1 """" invalid-host: "" cannot be a host's name
      hosts:9:1 "[web tier]" invalid-section: [web tier] is no section; write [group] without blanks
      hosts:11:6 "child" invalid-section: no kind of section is called "child"; a section is [group], [group:children] or [group:vars]
      hosts:14:1 "a b" invalid-group: "a b" is no group's name; a line below [group:children] is the name of one group
      hosts:16:1 "novalue" invalid-variable: this is no variable of a group; a line below [group:vars] is name=value"
    `);
  });
});
