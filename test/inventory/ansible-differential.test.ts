import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportInventory } from '../../src/inventory/export-inventory.ts';
import { graphInventory } from '../../src/inventory/graph-inventory.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import type { GroupName } from '../../src/model/ids.ts';
import { ansibleVault, ansibleVersion, plantTree, removeTree, runAnsible, type Said } from './ansible.ts';
import { type CorpusCase, corpus, vaultPassword } from './ansible-corpus.ts';
import { say } from './rig.ts';

const version = ansibleVersion();
if (version === undefined) console.log('differential: skipped, there is no ansible-inventory on this machine');

/** ansible-inventory is single-threaded and takes a second. */
const atOnce = pLimit(3);
const patient = 600_000;

interface Compared {
  readonly directory: string;
  readonly listed: Said;
  readonly graph: Said | undefined;
}

async function ask(one: CorpusCase): Promise<Compared> {
  const directory = await plantTree(one);
  const password = join(directory, '.vault-password');
  await writeFile(password, `${vaultPassword}\n`);
  const args = [...sourcesOf(one).flatMap(source => ['-i', source]), '--vault-password-file', password];
  const [listed, graph] = await Promise.all([
    atOnce(() => runAnsible('ansible-inventory', [...args, '--list', '--export'], directory)),
    one.graph ? atOnce(() => runAnsible('ansible-inventory', [...args, '--graph', '--vars'], directory)) : undefined,
  ]);
  return { directory, listed, graph };
}

function sourcesOf({ files, sources }: CorpusCase): readonly string[] {
  return sources ?? Object.keys(files).slice(0, 1);
}

async function loadOurs(one: CorpusCase, directory: string): Promise<Inventory> {
  const paths = sourcesOf(one).map(source => (source.includes(',') ? source : join(directory, source)));
  const vault = ansibleVault(join(directory, '.vault-password'));
  const loaded = await loadInventory(paths, { signal: AbortSignal.timeout(60_000), vault });
  if (!loaded.ok) throw new Error(say(loaded.error));
  return loaded.value;
}

describe.skipIf(version === undefined)('what ansible-inventory prints', () => {
  const compared = new Map<string, Compared>();
  let equal = 0;

  beforeAll(async () => {
    await Promise.all(corpus.map(async one => compared.set(one.name, await ask(one))));
  }, patient);

  afterAll(async () => {
    console.log(
      `differential: ${corpus.length} inventories compared with ansible-inventory ${version}, ${equal} equal`,
    );
    await Promise.all([...compared.values()].map(({ directory }) => removeTree(directory)));
  });

  test.each(corpus)('$name', { timeout: patient }, async one => {
    const theirs = compared.get(one.name);
    if (theirs === undefined) throw new Error('it was not asked for');
    expect(theirs.listed.code, theirs.listed.stderr).toBe(0);
    const inventory = await loadOurs(one, theirs.directory);
    const hosts = new Set(inventory.hosts.keys());
    expect(exportInventory(inventory, { hosts, secrets: 'shown' })).toEqual(JSON.parse(theirs.listed.stdout));
    if (theirs.graph !== undefined) {
      expect(`${[...graphInventory(inventory, 'all' as GroupName, 'shown')].join('\n')}\n`).toBe(theirs.graph.stdout);
    }
    equal++;
  });
});
