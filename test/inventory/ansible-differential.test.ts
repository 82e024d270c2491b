import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { exportInventory } from '../../src/inventory/show/export-inventory.ts';
import { graphInventory } from '../../src/inventory/show/graph-inventory.ts';
import type { GroupName } from '../../src/model/ids.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { printJson } from '../../src/report/layout/print-json.ts';
import { ansibleVault, ansibleVersion, plantTree, removeTree, runAnsible, type Said } from './ansible.ts';
import { type CorpusCase, corpus, vaultPassword } from './ansible-corpus.ts';
import { say } from './rig.ts';

const confinement = createConfinement('read');

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
  const loaded = await loadInventory(paths, { confinement, signal: AbortSignal.timeout(60_000), vault });
  if (!loaded.ok) throw new Error(say(loaded.error.diagnostics));
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
    expect(printJson(exportInventory(inventory, { hosts, secrets: 'shown' }), 4)).toBe(asJson(theirs.listed.stdout));
    if (theirs.graph !== undefined) {
      expect(`${[...graphInventory(inventory, 'all' as GroupName, 'shown')].join('\n')}\n`).toBe(theirs.graph.stdout);
    }
    equal++;
  });
});

/** Python's JSON, with what is none as tapbook writes it. */
function asJson(printed: string): string {
  return printed
    .trimEnd()
    .replace(/^( *(?:"[^"]*": )?-?)Infinity(?=,?$)/gm, '$11e999')
    .replace(/^( *(?:"[^"]*": )?)NaN(?=,?$)/gm, '$1"nan"');
}

/** Plain mistakes, which Ansible warns of at most, going on with half an inventory; and what tapbook says or does. */
const differences: readonly (CorpusCase & { readonly theirs: string; readonly ours: string })[] = [
  {
    name: 'a circle of groups',
    files: { hosts: '[a:children]\nb\n[b:children]\na\n' },
    theirs: 'creates a recursive dependency loop',
    ours: 'hosts:2:1 "b" group-cycle: groups contain each other in a circle: b > a > b; take one of them out',
  },
  {
    name: 'a child that is no group',
    files: { hosts: '[a:children]\nwbe\n[web]\n' },
    theirs: 'includes undefined group: wbe',
    ours: 'hosts:2:1 "wbe" unknown-group: the child "wbe" is no group; did you mean "web"?',
  },
  {
    name: 'variables of what is no group',
    files: { hosts: '[a:vars]\nx=1\n' },
    theirs: 'not valid for undefined group: a',
    ours: 'hosts:1:2 "a" unknown-group: variables are given to "a", which is no group; declare it with a section [a]',
  },
  {
    name: 'a range that is none',
    files: { 'h.ini': 'w[3:1]\nx[01:2]\n' },
    theirs: 'must specify equal-length begin and end formats',
    ours: `h.ini:1:1 "w[3:1]" invalid-range: "w[3:1]" is no range of hosts: the range [3:1] begins after its end
h.ini:2:1 "x[01:2]" invalid-range: "x[01:2]" is no range of hosts: the two ends of [01:2] differ in their number of digits`,
  },
  {
    name: 'a range of hexadecimal numbers',
    files: { 'h.ini': '2001:db8::[1a:1c]\n' },
    theirs: 'invalid literal for int',
    ours: 'h.ini:1:1 "2001:db8::[1a:1c]" invalid-range: "2001:db8::[1a:1c]" is no range of hosts: the range [1a:1c] has neither two numbers nor two letters',
  },
  {
    name: 'a port that is none',
    files: { 'h.ini': 'h:70000\n' },
    theirs: '',
    ours: 'h.ini:1:1 "h:70000" invalid-port: 70000 is no port; write one from 1 to 65535',
  },
  {
    name: 'a key that stands twice',
    files: { 'h.yml': 'w:\n  hosts: { a: }\n  hosts: { b: }\n' },
    theirs: 'found a duplicate dict key (hosts)',
    ours: 'h.yml:3:3 "h" duplicate-key: this key stands twice in the same mapping; take one away',
  },
  {
    name: 'hosts as a list',
    files: { 'h.yml': 'w:\n  hosts: [a]\n' },
    theirs: 'requires a dictionary',
    ours: 'h.yml:2:10 "[a]" invalid-inventory: "hosts" is a list, where keys are expected; write each of them as a key: "name:", not "- name"',
  },
  {
    name: 'a source that is not there',
    files: { hosts: '' },
    sources: ['host'],
    theirs: 'Unable to parse',
    ours: 'inventory-not-found: there is no inventory "host"; name an existing file, or hosts with a comma: -i host,',
  },
  {
    name: 'a source in a directory that is none',
    files: { 'd/a': 'a\n', 'd/b.json': '[1' },
    sources: ['d'],
    theirs: 'Unable to parse',
    ours: 'd/b.json:1:3 "" yaml-syntax: something is not closed here; look for a missing quote, bracket or colon',
  },
  {
    name: 'an .ini file in a directory, which only newer versions of Ansible read',
    files: { 'd/a': 'a\n', 'd/b.ini': 'b\n' },
    sources: ['d'],
    theirs: '',
    ours: 'hosts: a b',
  },
  {
    name: 'the configuration of a plugin',
    files: { 'aws.yml': 'plugin: amazon.aws.aws_ec2\n' },
    theirs: 'unknown plugin',
    ours: 'aws.yml:1:1 "plugin" unsupported-inventory: aws.yml configures the inventory plugin amazon.aws.aws_ec2 of Ansible; let Ansible read it: ansible-inventory -i aws.yml --list --yaml > hosts.yml, and give -i hosts.yml',
  },
  {
    name: 'a program that fails',
    files: { inv: '#!/bin/sh\necho no token >&2\nexit 3\n' },
    theirs: 'had an execution error: no token',
    ours: 'inventory-program-failed: inv --list ends with code 3; it says: no token',
  },
  {
    name: 'a program that may not be executed',
    files: { inv: '#!/bin/sh\necho {}\n' },
    executable: ['-inv'],
    theirs: 'Permission denied',
    ours: 'unsupported-inventory: inv begins with #! as a program does, and may not be executed; chmod +x inv',
  },
  {
    name: 'a program that prints no JSON',
    files: { inv: "#!/bin/sh\necho \"{'w': ['h']}\"\n" },
    theirs: 'failed to parse executable inventory script results',
    ours: 'inv --list:1:2 "\'" invalid-json: this is no JSON',
  },
  {
    name: 'a child that only a later source declares: Ansible leaves it out',
    files: { one: '[p:children]\nw\n', two: '[w]\nh\n' },
    sources: ['one', 'two'],
    theirs: 'includes undefined group: w',
    ours: 'hosts: h',
  },
  {
    name: 'a number as the name of a host',
    files: { 'h.yml': 'w: { hosts: { 123: } }\n' },
    theirs: 'must be a string',
    ours: 'hosts: 123',
  },
  {
    name: 'a file of variables that is a list',
    files: { hosts: 'h\n', 'host_vars/h.yml': '- a\n' },
    theirs: 'failed to combine variables',
    ours: 'host_vars/h.yml:1:1 "-" invalid-inventory: variables are expected; write them as name: value',
  },
];

describe.skipIf(version === undefined)('where tapbook differs on purpose', () => {
  const compared = new Map<string, Compared>();

  beforeAll(async () => {
    await Promise.all(differences.map(async one => compared.set(one.name, await ask(one))));
  }, patient);

  afterAll(() => Promise.all([...compared.values()].map(({ directory }) => removeTree(directory))));

  test.each(differences)('$name', async one => {
    const { directory = '', listed } = compared.get(one.name) ?? {};
    expect(listed?.stderr.replace(/\s+/g, ' ')).toContain(one.theirs);
    const paths = sourcesOf(one).map(source => (source.includes(',') ? source : join(directory, source)));
    const loaded = await loadInventory(paths, { confinement, signal: AbortSignal.timeout(60_000) });
    const ours = loaded.ok ? `hosts: ${[...loaded.value.hosts.keys()].join(' ')}` : say(loaded.error.diagnostics);
    expect(ours.replaceAll(`${directory}/`, '')).toBe(one.ours);
  });
});
