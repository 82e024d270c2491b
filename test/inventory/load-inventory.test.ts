import { writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { secretMark } from '../../src/document/ansible-marks.ts';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { listSources } from '../../src/inventory/written/list-sources.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { complaints, hostOf, hostsOf, load, loadFine, say, writeTree } from './rig.ts';

const confinement = createConfinement('read');

describe('sources', () => {
  test('INI and YAML say the same', async () => {
    const ini = await loadFine({
      'hosts.ini': '[web]\nw[1:2] role=front\n[prod:children]\nweb\n[prod:vars]\nstage=live\n[all:vars]\nowner=sre\n',
    });
    const yaml = await loadFine({
      'hosts.yml': [
        'all:',
        '  vars: { owner: sre }',
        '  children:',
        '    prod:',
        '      vars: { stage: live }',
        '      children:',
        '        web:',
        '          hosts:',
        '            w[1:2]: { role: front }',
      ].join('\n'),
    });
    const plain = { owner: 'sre', role: 'front', stage: 'live' };
    for (const inventory of [ini, yaml]) {
      expect([...inventory.hosts.keys()]).toEqual(['w1', 'w2']);
      expect(hostOf(inventory, 'w2')).toEqual({
        name: 'w2',
        groups: ['prod', 'web'],
        vars: plain,
        connection: { kind: 'ssh', client: 'any', address: 'w2' },
      });
      expect(hostsOf(inventory, 'prod')).toEqual(['w1', 'w2']);
      expect(hostsOf(inventory, 'all')).toEqual(['w1', 'w2']);
      expect(hostsOf(inventory, 'ungrouped')).toEqual([]);
      expect(inventory.warnings).toEqual([]);
    }
  });

  test('JSON is read as YAML, whatever its whitespace', async () => {
    const inventory = await loadFine({ 'hosts.json': '{"web":{\n\t"hosts":{"w1":{"a":[1]}}}}' });
    expect(hostOf(inventory, 'w1').vars).toEqual({ a: [1] });
  });

  test('a file without an ending is YAML or INI', async () => {
    expect([...(await loadFine({ hosts: 'web:\n  hosts:\n    w1:\n' })).hosts.keys()]).toEqual(['w1']);
    expect([...(await loadFine({ hosts: 'w1\nw2\n' })).hosts.keys()]).toEqual(['w1', 'w2']);
    expect([...(await loadFine({ hosts: '[web]\nw1\n' })).hosts.keys()]).toEqual(['w1']);
    expect([...(await loadFine({ hosts: '' })).hosts.keys()]).toEqual([]);
  });

  test('a file without an ending that is neither says what both readers think', async () => {
    expect(await complaints({ hosts: 'w1 user\n w2: [' })).toMatchInlineSnapshot(`
      "invalid-inventory: hosts can be read neither as YAML nor as INI; end its name in .yml or .ini to choose one
      hosts:1:1 "w1 user" yaml-syntax: as YAML: this does not fit to what stands before it; look at the indentation, and at the line above
      hosts:1:4 "user" invalid-variable: as INI: this is no variable of a host; write each variable as name=value, without blanks round the "="
      hosts:2:2 "w2:" invalid-host: as INI: the host "w2:" ends with a colon; write a port behind it, or drop it"
    `);
  });

  test('a file without an ending that has keys is complained of as YAML only', async () => {
    expect(await complaints({ hosts: 'web:\n  hosts: [w1]\n' })).toMatchInlineSnapshot(
      `"hosts:2:10 "[w1]" invalid-inventory: "hosts" is a list, where keys are expected; write each of them as a key: "name:", not "- name""`,
    );
  });

  test('several sources are one inventory, later ones win', async () => {
    const inventory = await loadFine(
      {
        'one.ini': 'a x=1 y=1\n[web]\nb\n[web:vars]\nv=1\n',
        'two.yml': 'web: { hosts: { a: { x: 2 }, c: }, vars: { v: 2 } }',
      },
      'one.ini',
      'two.yml',
      'd,e:2222,a:99,',
    );
    expect([...inventory.hosts.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(hostOf(inventory, 'a').vars).toEqual({ v: 2, x: 2, y: 1 });
    expect(hostOf(inventory, 'e').connection).toEqual({ kind: 'ssh', client: 'any', address: 'e', port: 2222 });
    expect(hostsOf(inventory, 'web')).toEqual(['b', 'a', 'c']);
    expect(hostsOf(inventory, 'ungrouped')).toEqual(['d', 'e']);
    expect(inventory.sources.at(-1)).toEqual({ path: '-i', text: 'd,e:2222,a:99,' });
  });

  test('what is not there, or cannot be an inventory', async () => {
    expect(await complaints({ 'hosts.ini': '' }, 'host.ini')).toMatchInlineSnapshot(
      `"inventory-not-found: there is no inventory "host.ini"; name an existing file, or hosts with a comma: -i host.ini,"`,
    );
    expect(await complaints({ hosts: '#!/bin/sh\necho {}\n' })).toMatchInlineSnapshot(
      `"unsupported-inventory: hosts begins with #! as a program does, and may not be executed; chmod +x hosts"`,
    );
    expect(await complaints({ 'hosts.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n' })).toMatchInlineSnapshot(
      `"encrypted-file: hosts.yml is encrypted by ansible-vault; give --vault-password-file or --ask-vault-pass"`,
    );
    expect(await complaints({ 'aws_ec2.yml': 'plugin: amazon.aws.aws_ec2\n' })).toMatchInlineSnapshot(
      `"aws_ec2.yml:1:1 "plugin" unsupported-inventory: aws_ec2.yml configures the inventory plugin amazon.aws.aws_ec2 of Ansible; let Ansible read it: ansible-inventory -i aws_ec2.yml --list --yaml > hosts.yml, and give -i hosts.yml"`,
    );
    expect(await complaints({ 'hosts.yml': '' }, 'a,b[1:],c d')).toMatchInlineSnapshot(
      `"-i:1:9 "c d" invalid-host: "c d" cannot be a host's name; write it without blanks"`,
    );
  });

  test('a folder with more files than any inventory has is refused', async () => {
    const directory = await writeTree({ 'many/first': 'db1\n' });
    for (let at = 0; at < 10_000; at++) writeFileSync(join(directory, `many/${at}.ini`), '');
    const listed = await listSources(join(directory, 'many'), {
      confinement,
      namer: 'user',
      signal: new AbortController().signal,
    });
    expect(listed.files).toEqual([]);
    expect(say(listed.errors).replace(directory, '')).toBe(
      'inventory-unreadable: "/many" cannot be read: there are more than 10000 files in it; is it really an inventory?',
    );
  });

  test('an abort throws', async () => {
    const directory = await writeTree({ hosts: 'w1' });
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(loadInventory([`${directory}/hosts`], { confinement, signal })).rejects.toThrow('stop');
  });
});

describe('groups', () => {
  test('a host is in all groups above it, and in ungrouped only without any', async () => {
    const inventory = await loadFine({
      'hosts.ini': 'a\nb\n[web]\nb\n[all]\nc\n[eu:children]\nweb\n[world:children]\neu\n[empty]\n',
    });
    expect([...inventory.hosts.values()].map(({ name, groups }) => [name, ...groups])).toEqual([
      ['a', 'ungrouped'],
      ['b', 'eu', 'web', 'world'],
      ['c', 'ungrouped'],
    ]);
    expect([...inventory.groups.values()].map(({ name, children, hosts }) => [name, children, hosts])).toEqual([
      ['all', ['ungrouped', 'world', 'empty'], ['c', 'a', 'b']],
      ['ungrouped', [], ['a', 'c']],
      ['web', [], ['b']],
      ['eu', ['web'], ['b']],
      ['world', ['eu'], ['b']],
      ['empty', [], []],
    ]);
  });

  test('a circle, and a child or an owner of variables that is no group', async () => {
    expect(
      await complaints({ hosts: '[a:children]\nb\n[b:children]\nc\n[c:children]\na\n[c]\nx\n' }),
    ).toMatchInlineSnapshot(
      `"hosts:2:1 "b" group-cycle: groups contain each other in a circle: b > c > a > b; take one of them out"`,
    );
    expect(await complaints({ hosts: '[a:children]\na\n' })).toMatchInlineSnapshot(
      `"hosts:2:1 "a" group-cycle: the group "a" is its own child; take one of them out"`,
    );
    expect(await complaints({ hosts: '[a:children]\nall\n' })).toMatchInlineSnapshot(
      `"hosts:2:1 "all" group-cycle: groups contain each other in a circle: a > all > a; take one of them out"`,
    );
    expect(await complaints({ 'h.yml': 'a: { children: { b: { children: { a: } } } }' })).toMatchInlineSnapshot(
      `"h.yml:1:18 "b" group-cycle: groups contain each other in a circle: b > a > b; take one of them out"`,
    );
    expect(await complaints({ hosts: '[web]\nw1\n[prod:children]\nwbe\n[pord:vars]\nx=1\n' })).toMatchInlineSnapshot(`
      "hosts:4:1 "wbe" unknown-group: the child "wbe" is no group; did you mean "web"?
      hosts:5:2 "pord" unknown-group: variables are given to "pord", which is no group; did you mean "prod"?"
    `);
  });

  test('a group may be declared below the lines that speak of it, or in another source', async () => {
    const inventory = await loadFine(
      { one: '[web:vars]\na=1\n[prod:children]\nweb\n', two: '[web]\nw1\n' },
      'one',
      'two',
    );
    expect(hostOf(inventory, 'w1')).toMatchObject({ groups: ['prod', 'web'], vars: { a: 1 } });
  });

  test('odd YAML is skipped with a warning, as in Ansible', async () => {
    const inventory = await loadFine({
      'hosts.yml': 'web:\n  host: { w1: }\n  hosts: w2\n  comment: x\nold: [w3]\n',
    });
    expect([...inventory.hosts.keys()]).toEqual(['w2']);
    expect(say(inventory.warnings).replaceAll(/^\S+\//gm, '')).toMatchInlineSnapshot(`
      "hosts.yml:2:3 "host" warning unknown-key: a group has no "host"; did you mean "hosts"?
      hosts.yml:4:3 "comment" warning unknown-key: a group has no "comment"; a group has hosts, vars and children
      hosts.yml:5:1 "old" warning skipped-group: "old" is a list, not a group, and is left out; write hosts: below it, and each host as a key"
    `);
  });

  test('YAML of the wrong shape', async () => {
    const text = 'web:\n  hosts:\n    - w1\n  vars: 5\ndb:\n  hosts:\n    d1: yes\n    d[2:]:\n"a b": {}\n';
    expect(await complaints({ 'hosts.yml': text })).toMatchInlineSnapshot(`
      "hosts.yml:3:5 "- w1" invalid-inventory: "hosts" is a list, where keys are expected; write each of them as a key: "name:", not "- name"
      hosts.yml:4:9 "5" invalid-inventory: "vars" is a number, where keys are expected; write "name:" below it
      hosts.yml:7:9 "yes" invalid-inventory: the variables of "d1" are a boolean, where keys are expected
      hosts.yml:8:5 "d[2:]" invalid-range: "d[2:]" is no range of hosts: the range [2:] has no end
      hosts.yml:9:1 ""a b"" invalid-group: "a b" cannot be a group's name; write it without blanks"
    `);
    expect(await complaints({ 'hosts.yml': '- web\n' })).toMatchInlineSnapshot(
      `"hosts.yml:1:1 "- web" invalid-inventory: groups are expected, not a list; write the groups as keys, such as all:, each with hosts:, vars: or children:"`,
    );
  });
});

describe('variables', () => {
  test('win in the order of Ansible', async () => {
    // Each step names itself under its own key and under those of all weaker steps.
    const inventory = await loadFine({
      'hosts.ini': [
        '[child]',
        'h a=host b=host',
        '[parent:children]',
        'child',
        '[all:vars]',
        ...['a=all', 'b=all', 'c=all', 'd=all', 'e=all', 'f=all', 'g=all'],
        '[child:vars]',
        ...['a=child', 'b=child', 'c=child', 'd=child', 'e=child'],
        '[parent:vars]',
        ...['a=parent', 'b=parent', 'c=parent', 'd=parent', 'e=parent', 'f=parent'],
      ].join('\n'),
      'group_vars/all.yml': 'd: group_vars/all\nc: group_vars/all\nb: group_vars/all\na: group_vars/all\n',
      'group_vars/parent': 'c: group_vars/parent\nb: group_vars/parent\n',
      'group_vars/child/one.yml': 'b: group_vars/child\n',
      'host_vars/h.json': '{"a": "host_vars"}',
    });
    expect(hostOf(inventory, 'h').vars).toEqual({
      a: 'host_vars',
      b: 'host',
      c: 'group_vars/parent',
      d: 'group_vars/all',
      e: 'child',
      f: 'parent',
      g: 'all',
    });
    expect(inventory.groups.get('parent' as never)?.vars).toEqual({
      a: 'parent',
      b: 'group_vars/parent',
      c: 'group_vars/parent',
      d: 'parent',
      e: 'parent',
      f: 'parent',
    });
  });

  test('of groups at the same depth the last name wins, unless a priority says otherwise', async () => {
    const text = '[b]\nh\n[a]\nh\n[a:vars]\nx=a\ny=a\n[b:vars]\nx=b\n';
    expect(hostOf(await loadFine({ text }), 'h').vars).toEqual({ x: 'b', y: 'a' });
    const raised = `${text}[a:vars]\nansible_group_priority=10\n`;
    expect(hostOf(await loadFine({ raised }), 'h').vars).toEqual({ x: 'a', y: 'a' });
  });

  test('a group is as deep as its longest way from all', async () => {
    const text = '[z]\nh\n[a]\nh\n[top:children]\nmid\nz\n[mid:children]\na\n[a:vars]\nx=a\n[z:vars]\nx=z\n';
    expect(hostOf(await loadFine({ text }), 'h').vars).toEqual({ x: 'a' });
  });

  test('files for a name: the first that is there, or a directory in order, without hidden ones and backups', async () => {
    const inventory = await loadFine({
      hosts: 'a\nb\n../c\n',
      'host_vars/a': 'from: a',
      'host_vars/a.yml': 'from: a.yml',
      'host_vars/b/2.yml': 'from: 2\ntwo: true',
      'host_vars/b/1.yaml': 'from: 1\none: true',
      'host_vars/b/deep/3.json': '{"from": 3}',
      'host_vars/b/.hidden.yml': 'hidden: true',
      'host_vars/b/4.yml~': 'backup: true',
      'host_vars/b/5.txt': 'text: true',
      'host_vars/empty.yml': '',
      'c.yml': 'outside: true',
    });
    expect(hostOf(inventory, 'a').vars).toEqual({ from: 'a' });
    expect(hostOf(inventory, 'b').vars).toEqual({ from: 3, one: true, two: true });
    expect(hostOf(inventory, '../c').vars).toEqual({});
  });

  test('files that hold no variables', async () => {
    expect(
      await complaints({
        'hosts.ini': '[web]\nw1\n',
        'group_vars/web.yml': '- a\n',
        'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
        'host_vars/w1.yml': 'a: [1\n',
      }),
    ).toMatchInlineSnapshot(`
      "encrypted-file: group_vars/all.yml is encrypted by ansible-vault; give --vault-password-file or --ask-vault-pass
      group_vars/web.yml:1:1 "-" invalid-inventory: variables are expected; write them as name: value
      host_vars/w1.yml:2:1 "" bad-indentation: this line is not indented as its neighbours are"
    `);
  });

  test('a name such as __proto__ is a name like others', async () => {
    const inventory = await loadFine({ hosts: 'h __proto__=1 constructor=2\n__proto__\n' });
    expect(Object.entries(hostOf(inventory, 'h').vars)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(hostOf(inventory, '__proto__').vars).toEqual({});
  });

  test('passwords are readable nowhere but where they are revealed', async () => {
    const inventory = await loadFine({
      hosts: 'h ansible_become=yes ansible_become_password=hunter2\n[all:vars]\nansible_ssh_pass=hunter3\n',
    });
    const host = hostOf(inventory, 'h');
    expect(host.vars).toEqual({
      ansible_become: 'yes',
      ansible_become_password: secretMark,
      ansible_ssh_pass: secretMark,
    });
    expect(host.connection.become?.password?.reveal()).toBe('hunter2');
    const { sources, ...rest } = inventory;
    expect(sources).toHaveLength(1);
    expect(
      JSON.stringify([...rest.hosts.values(), ...rest.groups.values(), rest.localhost, rest.warnings]),
    ).not.toMatch('hunter');
  });

  test('a finding does not show the password that stands in the same line', async () => {
    const loaded = await load({ hosts: 'h ansible_become_password="hun ter2" ansible_port=abc\n' });
    if (!loaded.ok) throw new Error(say(loaded.error.diagnostics));
    const problems = loaded.value.connectionProblems(hostOf(loaded.value, 'h'));
    expect(problems[0]?.place?.text).toBe('h ansible_become_password=********** ansible_port=abc');
    expect(say(problems)).toMatchInlineSnapshot(
      `"hosts:1:51 "abc" invalid-variable: "abc" is no port; write a number from 1 to 65535"`,
    );
  });
});

describe('a key that stands twice in files of variables', () => {
  test('is a warning, and the last one counts, at any depth', async () => {
    const inventory = await loadFine({
      hosts: '[web]\nw1\n',
      'group_vars/all.yml': 'runc: "{{ os }}"\nother: 1\nrunc: false\n',
      'host_vars/w1.yml': 'deep:\n  a: 1\n  a: 2\n',
    });
    expect(hostOf(inventory, 'w1').vars).toMatchObject({ runc: false, other: 1, deep: { a: 2 } });
    expect(inventory.warnings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toEqual([
      'warning duplicate-key: this key stands twice in the same mapping: the last one counts',
      'warning duplicate-key: this key stands twice in the same mapping: the last one counts',
    ]);
  });
});

describe('a key that stands twice in a YAML inventory', () => {
  const said = 'this key stands twice in the same mapping';

  test('is a warning among variables, at any depth, and the last one counts', async () => {
    const inventory = await loadFine({
      'h.yml':
        'all:\n  vars: { g: 1, g: 2 }\n  children:\n    web:\n      vars: { d: { x: 1, x: 2 } }\n' +
        '      hosts:\n        w1: { a: 1, a: 2, e: [{ y: 1, y: 2 }] }\n',
    });
    expect(hostOf(inventory, 'w1').vars).toMatchObject({ g: 2, d: { x: 2 }, a: 2, e: [{ y: 2 }] });
    expect(inventory.warnings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(
      // One for each line.
      Array(3).fill(`warning: ${said}: the last one counts`),
    );
  });

  test.each([
    ['hosts', 'web:\n  hosts: { a: }\n  hosts: { b: }\n'],
    ['a host', 'web: { hosts: { a: {}, a: {} } }\n'],
    ['a group', 'web: { hosts: { a: } }\nweb: { hosts: { b: } }\n'],
    ['a child', 'all: { children: { web: { hosts: { a: } }, web: { hosts: { b: } } } }\n'],
    ['vars', 'web: { vars: { a: 1 }, vars: { b: 1 } }\n'],
  ])('is an error where hosts or whole groups of variables would be lost: %s', async (_, text) => {
    expect(await complaints({ 'h.yml': text }, 'h.yml')).toContain(`duplicate-key: ${said}; take one away`);
  });
});

describe('all that is wrong at once', () => {
  test('in sources, in what they say together, in the files of variables', async () => {
    expect(
      await complaints(
        {
          'hosts.ini': '[web]\nw1\nw2: \n[web:vars]\nnothing\n[db]\nd1\n',
          'more.yml': 'app:\n  hosts: [a1]\n  vars: { a: 1 }\n  vars: { a: 2 }\n  host: x\n',
          'group_vars/web.yml': 'a: 1\nb: [1\na: 2\n',
          'group_vars/db/1.yml': 'a: 1\na: 2\n',
          'group_vars/db/2.yml': '- a\n',
          'host_vars/d1.yml': 'n: *gone\n',
        },
        'hosts.ini',
        'more.yml',
      ),
    ).toMatchInlineSnapshot(`
      "hosts.ini:3:1 "w2:" invalid-host: the host "w2:" ends with a colon; write a port behind it, or drop it
      hosts.ini:5:1 "nothing" invalid-variable: this is no variable of a group; a line below [group:vars] is name=value
      more.yml:2:10 "[a1]" invalid-inventory: "hosts" is a list, where keys are expected; write each of them as a key: "name:", not "- name"
      more.yml:4:3 "v" duplicate-key: this key stands twice in the same mapping; take one away
      more.yml:5:3 "host" warning unknown-key: a group has no "host"; did you mean "hosts"?
      group_vars/web.yml:2:5 "1" yaml-syntax: this does not fit to what stands before it; look at the indentation, and at the line above
      group_vars/web.yml:3:1 "a" warning duplicate-key: this key stands twice in the same mapping: the last one counts; take one away
      group_vars/db/1.yml:2:1 "a" warning duplicate-key: this key stands twice in the same mapping: the last one counts; take one away
      group_vars/db/2.yml:1:1 "-" invalid-inventory: variables are expected; write them as name: value
      host_vars/d1.yml:1:4 "*gone" unknown-alias: the alias *gone has no anchor &gone before it; write the value out"
    `);
  });

  test('of a group that is nowhere declared, only where all could be read: a source with a fault may declare it', async () => {
    const children = '[top:children]\nweb\n';
    expect(await complaints({ a: children }, 'a')).toContain('unknown-group');
    expect(await complaints({ a: children, b: '[db]\nd1:\n' }, 'a', 'b')).not.toContain('unknown-group');
  });

  test('where only variables are wrong, hosts and groups are handed on', async () => {
    const loaded = await load({ hosts: '[web]\nw1\n', 'group_vars/web.yml': 'a: [1\n' }, 'hosts');
    expect(loaded.ok ? [] : [...(loaded.error.rest?.hosts.keys() ?? [])]).toEqual(['w1']);
    const broken = await load({ hosts: '[web]\nw1\nw2:\n' }, 'hosts');
    expect(broken.ok || broken.error.rest).toBe(undefined);
  });
});

test('ten thousand hosts in a hundred groups are no trouble', async () => {
  const lines: string[] = [];
  for (let group = 0; group < 100; group++) {
    lines.push(`[g${group}:vars]`, `depth=${group}`, `[g${group}]`, `h${group}-[001:100] rack=${group}`);
  }
  lines.push('[top:children]', ...Array.from({ length: 100 }, (_, group) => `g${group}`));
  const inventory = await loadFine({ 'hosts.ini': lines.join('\n') });
  expect(inventory.hosts.size).toBe(10_000);
  expect(hostsOf(inventory, 'top')).toHaveLength(10_000);
  expect(hostOf(inventory, 'h99-100')).toMatchObject({ groups: ['g99', 'top'], vars: { depth: 99, rack: 99 } });
});

describe('names that are numbers stand where they are written', () => {
  const program = `#!/bin/sh\necho '{"z":{"hosts":["x"]},"10":{"hosts":["b"],"children":{"8":{},"7":{}}},"9":["a"]}'\n`;
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['hosts', { 'h.yml': 'all:\n  hosts:\n    "20":\n    "10":\n    web:\n    "3":\n' }, '20 10 web 3'],
    ['hosts in flow style', { 'h.yml': 'all: { hosts: { "20": , web: , "3": { a: 1 } } }\n' }, '20 web 3'],
    ['hosts in JSON', { 'h.json': '{"all": {"hosts": {"20": {}, "web": {}, "3": {}}}}' }, '20 web 3'],
    ['hosts behind an alias', { 'h.yml': 'a: { hosts: &h { "20": , w: , "3": } }\nb: { hosts: *h }\n' }, '20 w 3'],
    [
      'groups',
      {
        'h.yml':
          'all:\n  children:\n    "2019": { hosts: { b: } }\n    "2018": { hosts: { a: } }\n    p: { hosts: { c: } }\n',
      },
      'b a c',
    ],
    [
      'groups at the top',
      { 'h.yml': 'p: { hosts: { c: } }\n"2019": { hosts: { b: } }\n"2018": { hosts: { a: } }\n' },
      'c b a',
    ],
  ])('%s', async (_, files, expected) => {
    expect([...(await loadFine(files)).hosts.keys()].join(' ')).toBe(expected);
  });

  test('of a program', async () => {
    const directory = await writeTree({ inv: program });
    await chmod(join(directory, 'inv'), 0o755);
    const loaded = await loadInventory([join(directory, 'inv')], { confinement, signal: new AbortController().signal });
    expect(loaded.ok ? [...loaded.value.hosts.keys()].join(' ') : say(loaded.error.diagnostics)).toBe('x b a');
  });
});
