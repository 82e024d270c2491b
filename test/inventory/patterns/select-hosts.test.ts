import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectHosts } from '../../../src/inventory/patterns/select-hosts.ts';
import type { Located } from '../../../src/model/source.ts';
import { hostOf, loadFine, resolveIni, say, writeTree } from '../rig.ts';

const hosts = [
  'lonely',
  '2001:db8::1',
  '[web]',
  'web[1:4].example.com',
  '[db]',
  'db3',
  'db1',
  'db2',
  'web1.example.com',
  '[retired]',
  'db2',
  '[prod:children]',
  'web',
  'db',
  '[empty]',
].join('\n');

const inventory = resolveIni(hosts);

function select(pattern: Located<string> | string, ...limits: string[]): string {
  const selected = selectHosts(inventory, pattern, limits);
  return selected.ok
    ? selected.value.map(host => host.name.replace('.example.com', '')).join(' ')
    : say([selected.error]);
}

describe('selectHosts', () => {
  test.each([
    ['all', 'lonely 2001:db8::1 db2 web1 web2 web3 web4 db3 db1'],
    ['*', 'lonely 2001:db8::1 db2 web1 web2 web3 web4 db3 db1'],
    ['web', 'web1 web2 web3 web4'],
    ['db', 'db3 db1 db2 web1'],
    ['db1', 'db1'],
    ['db1:db3', 'db1 db3'],
    ['db1,db3,', 'db1 db3'],
    [' db1 , db3 ', 'db1 db3'],
    ['db1 db3', 'db1 db3'],
    ['web:db', 'web1 web2 web3 web4 db3 db1 db2'],
    ['web:&db', 'web1'],
    ['web:!db', 'web2 web3 web4'],
    ['!db:web', 'web2 web3 web4'],
    ['prod:&db:!retired', 'web1 db3 db1'],
    ['!prod', 'lonely 2001:db8::1'],
    ['&web', 'web1 web2 web3 web4'],
    ['&web:!web2.example.com', 'web1 web3 web4'],
    ['ungrouped', 'lonely 2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:db8::1,lonely', '2001:db8::1 lonely'],
    ['*.example.com', 'web1 web2 web3 web4'],
    ['web?.example.com', 'web1 web2 web3 web4'],
    ['web[13].example.com', 'web1 web3'],
    ['w*', 'web1 web2 web3 web4'],
    ['db?', 'db3 db1 db2'],
    ['ret*', 'db2'],
    ['all:!db*', 'lonely 2001:db8::1 web2 web3 web4'],
    ['all:!nothing*', 'lonely 2001:db8::1 db2 web1 web2 web3 web4 db3 db1'],
    ['~web[12]', 'web1 web2'],
    ['~(db|lone).', 'lonely db3 db1 db2'],
    ['~d', 'db3 db1 db2 web1'],
    ['!~.*example', 'lonely 2001:db8::1 db2 db3 db1'],
    // What [0] counts is the order within the group.
    ['db[0]', 'db3'],
    ['db[3]', 'web1'],
    ['db[-1]', 'web1'],
    ['db[1:2]', 'db1 db2'],
    ['db[1-2]', 'db1 db2'],
    ['db[1:]', 'db1 db2 web1'],
    ['db[2:99]', 'db2 web1'],
    ['d*[0]', 'db3'],
    ['web[0:1]:db[0]', 'web1 web2 db3'],
    ['all:!web[0:3]:!db[0:1]', 'lonely 2001:db8::1 db2'],
    ['localhost', 'localhost'],
    ['local', 'localhost'],
    ['127.0.0.1,db1', '127.0.0.1 db1'],
    ['::1', '::1'],
    ['localhost,127.0.0.1', 'localhost'],
    ['127.0.0.1,::1,db1,localhost', '127.0.0.1 db1'],
    ['db1,127.0.0.1,!localhost', 'db1'],
    ['all:!localhost', 'lonely 2001:db8::1 db2 web1 web2 web3 web4 db3 db1'],
  ])('%s', (pattern, names) => {
    expect(select(pattern)).toBe(names);
  });

  test.each([
    ['wbe', 'unknown-group: no host or group "wbe" in the inventory; did you mean "web"?'],
    ['all:!retird', 'unknown-group: no host or group "retird" in the inventory; did you mean "retired"?'],
    ['web:&prd', 'unknown-group: no host or group "prd" in the inventory; did you mean "prod"?'],
    ['db:22', 'unknown-group: no host or group "db:22" in the inventory'],
    ['web:!web', 'no-host-matched: no host matches "web:!web"'],
    ['empty', 'no-host-matched: no host matches "empty"'],
    ['nothing*', 'no-host-matched: no host matches "nothing*"'],
    ['db[4]', 'no-host-matched: "db[4]" is outside of its 4 hosts; counting begins at 0'],
    ['db[-5]', 'no-host-matched: "db[-5]" is outside of its 4 hosts; counting begins at 0'],
    ['~(web', 'invalid-pattern: the regular expression "(web" cannot be used: Unterminated group'],
    ['', 'invalid-pattern: the pattern is empty'],
    [' , ', 'invalid-pattern: the pattern is empty'],
    ['web:!', 'invalid-pattern: nothing follows the "!"'],
    ['web[0', 'invalid-pattern: a bracket has no partner'],
  ])('%j is an error', (pattern, message) => {
    expect(select(pattern)).toBe(message);
  });

  test('points at the term', () => {
    const text = '  hosts: "db:!retird:web"';
    const place = { file: 'io.yml', line: 4, column: 10, endColumn: 26, text };
    expect(select({ value: 'db:!retird:web', place })).toBe(
      'io.yml:4:15 "retird" unknown-group: no host or group "retird" in the inventory; did you mean "retired"?',
    );
    expect(select({ value: 'wbe', place: { ...place, text: '  hosts: "w\\u0062e"' } })).toMatch(
      /^io\.yml:4:10 .* unknown-group/,
    );
    const empty = { value: 'empty', place: { ...place, endColumn: 15, text: '  hosts: empty' } };
    expect(select(empty)).toBe('io.yml:4:10 "empty" no-host-matched: no host matches "empty"');
  });

  test('an inventory that has a localhost of its own', async () => {
    const own = await loadFine({ hosts: 'localhost ansible_port=2222\n[local]\na\n' });
    const namesOf = (pattern: string) => {
      const selected = selectHosts(own, pattern, []);
      return selected.ok ? selected.value.map(host => `${host.name} ${host.connection.kind}`) : [];
    };
    expect(namesOf('localhost')).toEqual(['localhost ssh']);
    expect(namesOf('127.0.0.1')).toEqual(['localhost ssh']);
    expect(namesOf('local')).toEqual(['a ssh']);
    const addresses = await loadFine({ hosts: '127.0.0.1\nx\n::1\n' });
    const named = ['localhost', '127.0.0.1', '::1'].map(pattern => selectHosts(addresses, pattern, []));
    expect(named.map(one => one.ok && one.value.map(({ name }) => name))).toEqual([
      ['127.0.0.1'],
      ['127.0.0.1'],
      ['::1'],
    ]);
  });

  test('the implicit localhost is the same by all its names, in limits too', async () => {
    const none = await loadFine({ hosts: 'x\n' });
    const selected = selectHosts(none, '127.0.0.1', ['localhost']);
    expect(selected.ok && selected.value.map(({ name, connection }) => `${name} ${connection.kind}`)).toEqual([
      '127.0.0.1 local',
    ]);
  });

  test('the implicit localhost has the variables of all and is in no group', async () => {
    const { localhost } = await loadFine({
      hosts: '[all:vars]\nansible_become=yes\nansible_port=2222\nowner=sre\n',
      'group_vars/all.yml': 'owner: dba\n',
    });
    expect(localhost).toEqual({
      name: 'localhost',
      groups: [],
      vars: { ansible_become: 'yes', ansible_connection: 'local', ansible_port: 2222, owner: 'dba' },
      connection: { kind: 'local', become: { method: 'sudo', user: 'root' } },
    });
  });
});

describe('limits', () => {
  test.each([
    ['prod', ['web'], 'web1 web2 web3 web4'],
    ['prod', ['web', '!web1.example.com'], 'web2 web3 web4'],
    ['prod', ['db1', 'db2'], 'db1 db2'],
    ['prod', ['!web'], 'db3 db1 db2'],
    ['web[0]', ['web[1]'], 'the only host of "web[0]" is not within --limit web[1]'],
    ['web', ['lonely', 'db1'], 'none of the 4 hosts of "web" is within --limit lonely --limit db1'],
    ['web', ['db9'], '--limit: no host or group "db9" in the inventory; did you mean "db"?'],
    ['web', [''], '--limit: the pattern is empty'],
  ])('%s within %j', (pattern, limits, names) => {
    expect(select(pattern, ...limits)).toContain(names);
  });

  test('@FILE has a pattern a line', async () => {
    const directory = await writeTree({ 'failed.hosts': '# of a run\ndb1\n\n 2001:db8::1 \nweb[0]\n' });
    const file = join(directory, 'failed.hosts');
    expect(select('all', `@${file}`)).toBe('2001:db8::1 web1 db1');
    expect(select('all', `db2,@${file}`)).toBe('2001:db8::1 db2 web1 db1');
    await writeFile(file, 'db1\n  dbb2\n');
    expect(select('all', `@${file}`).replace(directory, '')).toBe(
      '/failed.hosts:2:3 "dbb2" unknown-group: no host or group "dbb2" in the inventory; did you mean "db2"?',
    );
    await writeFile(file, '\n');
    expect(select('all', `@${file}`).replace(directory, '')).toBe(
      'no-host-matched: the file of --limit @/failed.hosts names no host',
    );
    expect(select('all', '@/nowhere/x')).toMatch(/^invalid-limit: the file of --limit @\/nowhere\/x cannot be read: /);
  });
});

test('a union holds what its parts hold, an exclusion nothing of what it names', () => {
  const term = fc.constantFrom('web', 'db', 'db1', 'retired', 'prod', 'lonely', 'db[0]', '*1*', '~w');
  const setOf = (pattern: string) => {
    const selected = selectHosts(inventory, pattern, []);
    return new Set(selected.ok ? selected.value : []);
  };
  fc.assert(
    fc.property(term, term, (left, right) => {
      const [first, second] = [setOf(left), setOf(right)];
      expect(setOf(`${left},${right}`)).toEqual(new Set([...first, ...second]));
      expect(setOf(`${left},&${right}`)).toEqual(new Set([...first].filter(host => second.has(host))));
      expect(setOf(`${left},!${right}`)).toEqual(new Set([...first].filter(host => !second.has(host))));
    }),
  );
});

test('the answer holds the hosts of the inventory themselves', () => {
  const selected = selectHosts(inventory, 'lonely', []);
  expect(selected.ok && selected.value[0]).toBe(hostOf(inventory, 'lonely'));
});

describe('patterns without an end', () => {
  const fleet = resolveIni(`h[1:999]\n${'a'.repeat(200)}\n`);
  const count = (pattern: string, ...limits: string[]): number | string => {
    const selected = selectHosts(fleet, pattern, limits);
    return selected.ok ? selected.value.length : selected.error.message;
  };

  test('of many terms each is looked at once, and none is kept', () => {
    expect(count('*,'.repeat(60_000))).toBe(1_000);
    expect(count('all:'.repeat(30_000), ...Array.from({ length: 2_000 }, () => 'all'))).toBe(1_000);
  });

  test('many globs for many hosts are refused', () => {
    const globs = Array.from({ length: 12_000 }, (_, index) => `*${index}*`).join(',');
    expect(count(globs)).toBe('there are too many globs and regular expressions before this one for so many hosts');
  });

  test.each([`all:!${'*a'.repeat(60_000)}b`, `all:!${'*a'.repeat(86)}b`, `${'['.repeat(50_000)}],all`])(
    'one of many stars or brackets comes to an end',
    pattern => {
      expect(count(pattern)).toBe(1_000);
    },
  );

  test.each(['['.repeat(100_000), `h1:${'[a-'.repeat(40_000)}`])('lone brackets are refused', pattern => {
    expect(count(pattern)).toBe('a bracket has no partner');
  });
});
