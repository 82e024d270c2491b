import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { findConnectionProblems } from '../../src/inventory/resolve/find-connection-problems.ts';
import { mergeInventories } from '../../src/inventory/resolve/merge-inventories.ts';
import { resolveInventory } from '../../src/inventory/resolve/resolve-inventory.ts';
import { readIni } from '../../src/inventory/written/read-ini.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Faulty } from '../../src/model/faulty.ts';
import type { Host } from '../../src/model/host.ts';
import type { GroupName, HostName } from '../../src/model/ids.ts';
import { err, ok, type Result } from '../../src/model/result.ts';
import { createConfinement } from '../../src/process/confinement.ts';

const confinement = createConfinement('read');

/** Writes files into a directory that lasts as long as the test. */
export async function writeTree(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tapbook-inventory-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

/** Loads the named ones of the files (the first, if none is named); findings speak of paths without the directory. */
export async function load(
  files: Readonly<Record<string, string>>,
  ...sources: readonly string[]
): Promise<Result<Inventory, Faulty<Inventory>>> {
  const directory = await writeTree(files);
  const wanted = sources.length > 0 ? sources : Object.keys(files).slice(0, 1);
  const paths = wanted.map(source => (source.includes(',') ? source : join(directory, source)));
  const loaded = await loadInventory(paths, { confinement, signal: new AbortController().signal });
  if (!loaded.ok) return err({ ...loaded.error, diagnostics: relativeTo(directory, loaded.error.diagnostics) });
  const { connectionProblems } = loaded.value;
  return ok({ ...loaded.value, connectionProblems: host => relativeTo(directory, connectionProblems(host)) });
}

export async function loadFine(
  files: Readonly<Record<string, string>>,
  ...sources: readonly string[]
): Promise<Inventory> {
  const loaded = await load(files, ...sources);
  if (!loaded.ok) throw new Error(say(loaded.error.diagnostics));
  return loaded.value;
}

/** An inventory from INI alone, without a file. */
export function resolveIni(text: string): Inventory {
  const written = readIni({ path: 'hosts', text });
  if (!written.ok) throw new Error(say(written.error.diagnostics));
  const { merged, errors } = mergeInventories([written.value]);
  if (errors.length > 0) throw new Error(say(errors));
  const resolved = resolveInventory({
    sources: [written.value.source],
    merged,
    varsFiles: [],
    warnings: [],
  });
  if (!resolved.ok) throw new Error(say(resolved.error));
  return resolved.value;
}

/** What is said of an inventory that is wrong, or of the connections of its hosts. */
export async function complaints(files: Readonly<Record<string, string>>, ...sources: string[]): Promise<string> {
  const directory = await writeTree(files);
  const wanted = sources.length > 0 ? sources : Object.keys(files).slice(0, 1);
  const paths = wanted.map(source => (source.includes(',') ? source : join(directory, source)));
  const loaded = await loadInventory(paths, { confinement, signal: new AbortController().signal });
  const found = loaded.ok
    ? findConnectionProblems(loaded.value, loaded.value.hosts.values())
    : loaded.error.diagnostics;
  if (found.length === 0) throw new Error('nothing was found to be wrong');
  return say(relativeTo(directory, found));
}

export function hostOf(inventory: Inventory, name: string): Host {
  const host = inventory.hosts.get(name as HostName);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
}

export function hostsOf(inventory: Inventory, group: string): readonly string[] | undefined {
  return inventory.groups.get(group as GroupName)?.hosts;
}

/** `file:line:column "what is marked" code: message; cure`, a line each. */
export function say(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(({ severity, code, message, cure, place }) => {
    const marked = place?.text.slice(place.column - 1, place.endColumn - 1);
    const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column} "${marked}" `;
    const kind = severity === 'warning' ? 'warning ' : '';
    return `${where}${kind}${code}: ${message}${cure === undefined ? '' : `; ${cure}`}`;
  });
  return lines.join('\n');
}

function relativeTo(directory: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return JSON.parse(JSON.stringify(diagnostics).replaceAll(`${directory}/`, '')) as Diagnostic[];
}
