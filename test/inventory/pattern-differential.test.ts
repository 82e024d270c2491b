import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { selectHosts } from '../../src/inventory/patterns/select-hosts.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { ansibleVersion, plantTree, removeTree, runAnsible } from './ansible.ts';
import { say } from './rig.ts';

const confinement = createConfinement('read');

// Only one group of each level has children: of several, Ansible's order changes from run to run.
const hosts = `lonely
2001:db8::1
both
[web]
web[1:4].example.com
[db]
db3
db1
db2
web1.example.com
[retired]
db2
[prod:children]
web
db
[empty]
[both]
db1
web2.example.com
[eu.west]
db1
eu.west
[a]
a9
[db:children]
a
`;

/** A pattern and, behind it, the limit. */
const patterns = (
  [
    ['all'],
    ['*'],
    ['db,web'],
    ['db1:db3'],
    ['prod'],
    ['web:&db'],
    ['web:!db'],
    ['!db:web'],
    ['!prod'],
    ['&web'],
    ['prod:&db:!retired'],
    ['ungrouped'],
    ['2001:db8::1,lonely'],
    ['*.example.com'],
    ['web[13].example.com'],
    ['d*'],
    ['~(db|lone).'],
    ['!~.*example'],
    ['~web[12]:&db'],
    ['db[0]'],
    ['db[-1]'],
    ['db[1:2]'],
    ['db[1:]'],
    ['db[2:99]'],
    ['d*[0]'],
    ['prod[1:4]'],
    ['all[3]'],
    ['both'],
    ['all:!both'],
    ['all:&both'],
    ['eu.west'],
    ['localhost,db1'],
    ['127.0.0.1'],
    ['::1,localhost,db1'],
    ['all', 'db,!db3'],
    ['db', 'web'],
    ['web,db', '!web1.example.com,!retired'],
    ['prod', 'db[0:1]'],
    ['prod', '~web.*'],
    ['all', '@limit'],
    ['all', '@limit,&db'],
  ] as readonly (readonly [string, string?])[]
).map(([pattern, limit]) => ({ pattern, limit }));

const version = ansibleVersion();
const atOnce = pLimit(3);
const patient = 600_000;

describe.skipIf(version === undefined)('whom ansible --list-hosts selects, in its order', () => {
  let directory = '';
  const theirs = new Map<string, readonly string[]>();

  beforeAll(async () => {
    directory = await plantTree({ files: { hosts } });
    await writeFile(join(directory, 'limit'), 'db2\n\nweb3.example.com\n2001:db8::1\n');
    const ask = async (pattern: string, limit: string | undefined): Promise<void> => {
      const args = ['-i', 'hosts', '--list-hosts', ...(limit === undefined ? [] : ['--limit', limit]), '--', pattern];
      const { stdout } = await atOnce(() => runAnsible('ansible', args, directory));
      const names = stdout
        .split('\n')
        .slice(1)
        .map(line => line.trim());
      theirs.set(
        `${pattern} ${limit}`,
        names.filter(name => name !== ''),
      );
    };
    await Promise.all(patterns.map(({ pattern, limit }) => ask(pattern, limit)));
  }, patient);

  afterAll(async () => {
    console.log(`differential: ${patterns.length} patterns compared with ansible ${version}`);
    await removeTree(directory);
  });

  test.each(patterns)('$pattern limited to $limit', async ({ pattern, limit }) => {
    const loaded = await loadInventory([join(directory, 'hosts')], {
      confinement,
      signal: AbortSignal.timeout(60_000),
    });
    if (!loaded.ok) throw new Error(say(loaded.error.diagnostics));
    const limits = limit === undefined ? [] : [limit.replace('@', `@${directory}/`)];
    const selected = selectHosts(loaded.value, pattern, limits);
    const ours = selected.ok ? selected.value.map(({ name }) => name) : say([selected.error]);
    expect(theirs.get(`${pattern} ${limit}`)).not.toEqual([]);
    expect(ours).toEqual(theirs.get(`${pattern} ${limit}`));
  });
});
