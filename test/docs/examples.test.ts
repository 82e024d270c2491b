import { cpSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { readDefaults } from '../../src/cli/arguments/read-defaults.ts';
import { lintPlaybook } from '../../src/engine/sources/lint-playbook.ts';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { loadPlaybook } from '../../src/playbook/load-playbook.ts';
import { createConfinement } from '../../src/process/confinement.ts';
import { sayAll } from '../document/say.ts';
import { assertValidEvent } from '../support/event-validator.ts';
import { commandsIn, refusalOf } from './command-examples.ts';
import { type Block, readPages } from './pages.ts';

const confinement = createConfinement('read');

const root = new URL('../..', import.meta.url).pathname;
const pages = readPages();
/** History is not changed any more. What is generated has its examples from the schemas, whose own tests hold them. */
const blocks = pages
  .filter(({ path }) => path !== 'CHANGELOG.md' && !path.startsWith('docs/reference/'))
  .flatMap(page => page.blocks);

function cases(infos: RegExp): [where: string, block: Block][] {
  return blocks.filter(({ info }) => infos.test(info)).map(block => [`${block.page}:${block.line}`, block]);
}

describe('commands are ones that the program takes', () => {
  test.each(cases(/^(?:console|sh|bash)\b/))('%s', (_, block) => {
    const refused = commandsIn(block).flatMap(words => {
      const refusal = refusalOf(words);
      return refusal === undefined ? [] : [`${words.join(' ')}: ${refusal}`];
    });
    expect(refused).toEqual([]);
  });

  test('there are many', () => {
    expect(cases(/^(?:console|sh|bash)\b/).flatMap(([, block]) => commandsIn(block)).length).toBeGreaterThan(40);
  });

  test.each([
    ['tapbook apply a.yml -i x', undefined],
    ['tapbook aply a.yml', 'tapbook takes no aply'],
    ['tapbook apply a.yml --fork 3', 'apply has no option --fork'],
    ['tapbook apply a.yml -f many', expect.stringContaining('invalid')],
    ['tapbook apply', 'apply lacks an argument'],
    ['tapbook schedule a.yml', 'schedule wants --cron <time>'],
    ['tapbook completion csh', 'shell is one of bash, zsh, fish'],
    ['tapbook inventory', 'inventory wants one of its commands'],
  ])('%s: %s', (line, refusal) => {
    const block = { page: 'x.md', line: 1, info: 'console', text: `$ ${line}  # why\n` };
    expect(commandsIn(block).map(refusalOf)).toEqual([refusal]);
  });

  test('of a line each is looked at', () => {
    const text = `cd x && tapbook plan 'a b.yml' >out 2>&1; sudo tapbook show "$(tapbook runs --limit 1)" | head\n`;
    expect(commandsIn({ page: 'x.md', line: 1, info: 'sh', text })).toEqual([
      ['tapbook', 'runs', '--limit', '1'],
      ['tapbook', 'plan', 'a b.yml'],
      ['tapbook', 'show', 'VALUE'],
    ]);
  });
});

describe('files are ones that the program reads without a complaint', () => {
  /** A block of YAML says what it is part of: `yaml playbook`, `yaml play`, `yaml script`, `yaml config`, `yaml inventory`. */
  const kinds: Readonly<Record<string, (block: Block) => Promise<readonly Diagnostic[]> | readonly Diagnostic[]>> = {
    'yaml playbook': ({ text }) => checkPlaybook(text),
    'yaml play': ({ text }) => checkPlaybook(asPlaybook({ ...anyPlay, ...parse(text) })),
    'yaml script': ({ text }) => checkPlaybook(asPlaybook({ ...anyPlay, scripts: [{ ...anyScript, ...parse(text) }] })),
    'yaml config': ({ text }) => {
      const read = readDefaults({ path: 'tapbook.yml', text });
      return read.ok ? [] : read.error.diagnostics;
    },
    'yaml inventory': ({ text }) => checkInventory('inventory.yml', text),
    'ini inventory': ({ text }) => checkInventory('inventory.ini', text),
  };

  test.each(cases(/^(?:yaml|ini)\b/))('%s', async (_, block) => {
    const check = kinds[block.info];
    if (check === undefined) {
      expect(block.info).toBe('yaml other');
      expect(parseAllDocuments(block.text).flatMap(document => ('errors' in document ? document.errors : []))).toEqual(
        [],
      );
      return;
    }
    expect(sayAll(await check(block))).toBe('');
  });

  test.each(cases(/^json\b/))('%s', (_, { text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });

  test.each(cases(/^ndjson\b/))('%s: events', (_, { text }) => {
    for (const line of text.trim().split('\n')) assertValidEvent(JSON.parse(line));
  });
});

const anyScript = { name: 'ioread_top5', source: 'scripts/ioread_top5.stp', duration: '30s' };
const anyPlay = { hosts: 'all', scripts: [anyScript] };

function asPlaybook(play: object): string {
  return stringify([play]);
}

/** As `tapbook check` does, beside the scripts that come with tapbook. */
async function checkPlaybook(text: string): Promise<readonly Diagnostic[]> {
  const directory = await writeBeside({
    'playbooks/p.yml': text,
    'playbooks/keys/mok.pem': '-----BEGIN CERTIFICATE-----\n',
  });
  cpSync(`${root}playbooks/scripts`, join(directory, 'playbooks/scripts'), { recursive: true });
  const path = join(directory, 'playbooks/p.yml');
  // The programs of examples are not run.
  return lintPlaybook(await loadPlaybook(path, { confinement })).findings.filter(({ code }) => code !== 'not-expanded');
}

async function checkInventory(name: string, text: string): Promise<readonly Diagnostic[]> {
  const directory = await writeBeside({ [name]: text });
  const loaded = await loadInventory([join(directory, name)], { confinement, signal: new AbortController().signal });
  if (!loaded.ok) return loaded.error.diagnostics;
  const problems = [...loaded.value.hosts.values()].flatMap(host => loaded.value.connectionProblems(host));
  return [...loaded.value.warnings, ...problems];
}

async function writeBeside(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tapbook-docs-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}
