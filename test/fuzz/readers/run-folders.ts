import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Event } from '../../../src/model/event.ts';
import { keepRun } from '../../support/kept-runs.ts';
import { pageRun } from '../../support/page-run.ts';
import { recordedRun } from '../../support/recorded-run.ts';
import { applyOf, hosts, plan, skipped } from '../../support/sample-run.ts';
import type { Reader } from '../reader.ts';
import { runCommand } from './run-command.ts';

const good = '20261123T004105Z-1a2b3c';
const mutated = '20261124T004105Z-1a2b3c';
const planned = { ...plan(hosts('db1', 'db2')), hosts: [...plan(hosts('db1', 'db2')).hosts, skipped] };

/** The files of a run as one text, each behind a line with its name. */
const folders = await Promise.all([
  textOfRun(applyOf(planned)),
  textOfRun(recordedRun([{ module: 'ioread_top5' }], { names: ['db1'] }).slice(0, 60)),
  textOfRun(pageRun(planned).slice(0, 300)),
]);

const commands = [
  ['runs', '--limit', '5'],
  ['runs', '--format', 'json', '--host', 'db1'],
  ['runs', '--playbook', 'io', '--outcome', 'failed'],
  ['show', mutated],
  ['show', mutated, '--fold'],
  ['show', mutated, '--format', 'json'],
  ['show', mutated, '--format', 'csv'],
  ['show', mutated, '--format', 'table'],
  ['show', mutated, '--host', 'db1'],
  ['report', mutated, '--out', '-'],
  ['diff', good, mutated],
  ['diff', mutated, good, '--format', 'json'],
] as const;

/** What another version, a full disk, or somebody else has left in the history. */
export const runFolders: readonly Reader[] = commands.map(
  (command, index): Reader => ({
    name: `history-${index + 1}-${command[0]}`,
    examples: () => folders,
    async read(text, folder) {
      const runs = join(folder, 'state/tapbook/runs');
      rmSync(join(runs, mutated), { recursive: true, force: true });
      write(join(runs, good), folders[0] ?? '');
      write(join(runs, mutated), text);
      await runCommand(command, folder);
    },
  }),
);

const heading = /^=== ([\w./-]{1,100})\n/gm;

function write(folder: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  const [, ...parts] = text.split(heading);
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [name = '', content = ''] = parts.slice(at, at + 2);
    // What has become of a name by chance leads nowhere else.
    if (name.startsWith('/') || name.includes('..') || name.endsWith('/')) continue;
    try {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    } catch {
      // A file where a folder should be: the run has one of them.
    }
  }
}

async function textOfRun(events: Iterable<Event>): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'tapbook-fuzz-run-'));
  try {
    const directory = await keepRun(root, good, events);
    const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    const files = names.map(entry => {
      const path = join(entry.parentPath, entry.name);
      const text = readFileSync(path, 'utf8').replaceAll(root, '/state');
      // This process, of which inputs must not depend.
      const plain = text.replace(
        /"controller":\s*\{[^}]*\}/,
        '"controller": { "host": "h", "boot": "b", "pid": 1, "started": 1 }',
      );
      return `=== ${path.slice(directory.length + 1)}\n${plain}`;
    });
    return files.sort().join('');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
