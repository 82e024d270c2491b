import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readDefaults } from '../../../src/cli/arguments/read-defaults.ts';
import { readJson } from '../../../src/document/read-json.ts';
import { digestValue, sealPlan } from '../../../src/engine/prepare/seal-plan.ts';
import { lintPlaybook } from '../../../src/engine/sources/lint-playbook.ts';
import { parseSavedPlan } from '../../../src/engine/sources/parse-saved-plan.ts';
import { parsePlanText, planFormat } from '../../../src/engine/sources/plan-format.ts';
import { loadInventory } from '../../../src/inventory/load-inventory.ts';
import { selectHosts } from '../../../src/inventory/patterns/select-hosts.ts';
import { findConnectionProblems } from '../../../src/inventory/resolve/find-connection-problems.ts';
import { openVault } from '../../../src/inventory/vault/vault.ts';
import { readInventoryOutput } from '../../../src/inventory/written/read-inventory-output.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { isJsonObject } from '../../../src/model/json.ts';
import { Secret } from '../../../src/model/secret.ts';
import type { SourceFile } from '../../../src/model/source.ts';
import { playOfSavedPlan, scriptsOfSavedHost } from '../../../src/plan/saved/play-of-saved-plan.ts';
import { recordBasis } from '../../../src/plan/saved/record-basis.ts';
import { savedPlanFormat } from '../../../src/plan/saved/saved-plan.ts';
import { loadPlaybook } from '../../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../../src/process/confinement.ts';
import { formatDiagnostics } from '../../../src/report/texts/diagnostics.ts';
import { describeScript } from '../../../src/script/describe-script.ts';
import { lintScript } from '../../../src/script/lint-script.ts';
import { readProbedFiles } from '../../../src/script/read-probed-files.ts';
import { readScriptNeeds } from '../../../src/script/read-script-needs.ts';
import { createServerResolver } from '../../../src/transport/ssh-config/resolve-server.ts';
import { corpus, vaultPassword } from '../../inventory/ansible-corpus.ts';
import { makePlan, planInput, ready } from '../../plan/rig.ts';
import type { Reader } from '../reader.ts';
import { filesOf, once } from './examples.ts';

const confinement = createConfinement('read');

const never = new AbortController().signal;
const vault = openVault([{ id: 'default', password: new Secret(vaultPassword) }]);

/** Files that a user, or a repository of others, has written. */
export const inputFiles: readonly Reader[] = [
  {
    name: 'playbook',
    examples: once(() => [
      ...filesOf('playbooks', '.yml'),
      ...filesOf('templates/init', '.yml'),
      ...filesOf('test/fuzz/examples', '.yml'),
    ]),
    async read(text, folder) {
      write(folder, { 'p.yml': text, 'a.stp': 'global n = 5\nprobe begin { exit() }\n' });
      say(lintPlaybook(await loadPlaybook(join(folder, 'p.yml'), { confinement })).findings);
    },
  },
  ...(['hosts.yml', 'hosts.ini', 'hosts'] as const).map(
    (name): Reader => ({
      name: `inventory-${name === 'hosts' ? 'of-no-kind' : name.slice(6)}`,
      examples: once(() => inventories(name.slice(5))),
      read: (text, folder) => loadAll(folder, { [name]: text }, join(folder, name)),
    }),
  ),
  {
    name: 'inventory-folder',
    examples: once(() => inventories('')),
    read: (text, folder) =>
      loadAll(folder, { 'i/a.ini': 'db1\n[web]\nweb1\n', 'i/b': text, 'i/c.yml': text }, join(folder, 'i')),
  },
  {
    name: 'vars-file',
    examples: once(() =>
      corpus.flatMap(({ files }) =>
        Object.entries(files).flatMap(([path, text]) => (/_vars\//.test(path) ? [text] : [])),
      ),
    ),
    read: (text, folder) =>
      loadAll(
        folder,
        { hosts: '[web]\nweb1\n', 'group_vars/web.yml': text, 'host_vars/web1': text },
        join(folder, 'hosts'),
      ),
  },
  {
    name: 'inventory-program',
    examples: () => [
      '{"_meta": {"hostvars": {"db1": {"ansible_host": "10.0.0.1", "n": 1.0}}}, "web": {"hosts": ["db1"], "vars": {}, "children": ["x"]}, "x": []}',
      '{"all": {"hosts": ["a", "b"]}, "ungrouped": {}}',
    ],
    read(text) {
      const source = { path: 'program', text };
      const tree = readJson(source);
      if (!tree.ok) return say(tree.error.diagnostics);
      const read = readInventoryOutput(tree.value);
      return read.ok ? read.value : say(read.error);
    },
  },
  {
    name: 'vault',
    // A key is derived of each salt, which takes a while.
    examples: once(() => ['v11', 'v12', 'empty', 'bytes'].flatMap(name => filesOf(`test/inventory/vault/${name}.txt`))),
    read: text => vault.decrypt(text),
  },
  {
    name: 'ssh-config',
    examples: () => [
      'Host db* !db9\n  HostName 10.0.0.7\n  User ops\n  Port 2222\n  IdentityFile ~/.ssh/%h_%r\n  ProxyJump bastion,b2:22\n\nMatch host "x,y" user root\n  ConnectTimeout 5\nHost *\n  ServerAliveInterval 30\n  StrictHostKeyChecking accept-new\n',
      'Include conf.d/*.conf\nHost bastion\n  ProxyCommand nc %h %p\n  UserKnownHostsFile /a "/b c"\n',
      'Match exec "true"\n  User x\nMatch all\n  PreferredAuthentications publickey,password\nCiphers +aes128-ctr\n',
    ],
    read(text, folder) {
      write(folder, { config: text, 'conf.d/a.conf': 'User a\n' });
      for (const address of ['db1', 'bastion', 'x']) {
        createServerResolver(folder)({
          kind: 'ssh',
          client: 'any',
          address,
          args: { words: [], options: [], configFile: join(folder, 'config') },
        });
      }
    },
  },
  {
    name: 'saved-plan',
    examples: once(() => [JSON.stringify(savedPlan(), null, 2), JSON.stringify(savedPlan())]),
    read(text) {
      if (planFormat(text) === undefined) return;
      parsePlan(text);
      // One whose digest fits all the same.
      const value = parsePlanText(text);
      if (isJsonObject(value)) parsePlan(JSON.stringify(sealPlan(value as never)));
    },
  },
  {
    name: 'defaults',
    examples: () => [
      'inventory: [inventories/a.yml]\nforks: 10\nlease: 60s\nextra_vars: { a: 1 }\nvault_password_file: ~/.vault\n',
      'inventory: hosts.ini\ntimeout: 1h\nask: true\n',
    ],
    read: text => {
      const read = readDefaults({ path: 'tapbook.yml', text });
      return read.ok ? read.value : say(read.error.diagnostics);
    },
  },
  {
    name: 'script',
    examples: once(() => [...filesOf('test/script/corpus', '.stp'), ...filesOf('playbooks', '.stp')]),
    read(text) {
      const source: SourceFile = { path: 'a.stp', text };
      readScriptNeeds(text);
      readProbedFiles(text, ['/bin/ls', undefined], [source]);
      describeScript(source, []);
      const place = { file: 'p.yml', line: 1, column: 1, endColumn: 2, text: 'x' };
      for (const guru of ['yes', 'no'] as const) {
        say(
          lintScript(source, {
            name: 'a',
            place,
            args: [{ text: '5', place }],
            globals: { n: { text: '5', place, namePlace: place } },
            run: { kind: 'duration', seconds: 30 },
            targetProcess: 'none',
            guru,
            stapOptions: new Set(),
            tapsets: [],
            longestString: 127,
            kernels: ['6.*'],
          }),
        );
      }
    },
  },
];

/** What is said of a text, and shown. */
function say(diagnostics: readonly Diagnostic[]): void {
  formatDiagnostics(diagnostics, { colour: 'plain' });
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
}

async function loadAll(folder: string, files: Readonly<Record<string, string>>, source: string): Promise<void> {
  write(folder, files);
  const loaded = await loadInventory([source], { confinement, signal: never, vault });
  if (!loaded.ok) return say(loaded.error.diagnostics);
  const inventory = loaded.value;
  say([...inventory.warnings, ...findConnectionProblems(inventory, inventory.hosts.values())]);
  selectHosts(inventory, 'all', ['*1']);
}

/** Of the corpus that Ansible and tapbook are compared by; `ending` as those of file names. */
function inventories(ending: string): readonly string[] {
  const own = corpus.flatMap(({ files }) =>
    Object.entries(files).flatMap(([path, text]) => (path.endsWith(ending) && !text.startsWith('#!') ? [text] : [])),
  );
  return [...own, ...filesOf('inventories', ending)];
}

function parsePlan(text: string): void {
  const parsed = parseSavedPlan(text, {
    nowMs: Date.parse('2026-11-23T13:00:01.000Z'),
    maxAgeSeconds: 86_400,
    version: '0.1.0',
  });
  if (!parsed.ok) return;
  for (const [index, play] of parsed.value.plan.plays.entries()) {
    const basis = parsed.value.basis[index];
    if (basis === undefined) continue;
    const plannable = playOfSavedPlan(play, basis);
    for (const host of play.hosts) scriptsOfSavedHost(host, play, plannable);
  }
}

const savedPlan = once(() => {
  const targets = [ready('db1'), ready('db2')];
  const planned = makePlan({ targets });
  const input = planInput({ targets });
  const buildHosts = input.builders.map(({ host }) => host);
  return sealPlan({
    format: savedPlanFormat,
    made: { at: '2026-11-23T13:00:00.000Z', by: '0.1.0' },
    plan: { format: 'tapbook-plan/1', playbook: 'play.yml', plays: [planned] },
    playbook: { sha256: digestValue('text') },
    inventory: { sources: ['hosts.ini'], sha256: digestValue([]), connectionVars: {} },
    basis: [recordBasis({ ...input, planned, buildHosts, modules: new Map(), digest: digestValue })],
  });
});
