import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { Inventory } from './inventory.ts';
import { type MergedInventory, mergeInventories } from './merge-inventories.ts';
import { readSource } from './read-source.ts';
import { resolveInventory } from './resolve-inventory.ts';
import { readVarsFiles, type VarsFiles } from './vars-files.ts';

/**
 * Reads all sources (paths, or hosts with commas) with the `group_vars/` and `host_vars/` beside them and resolves what
 * they say together; a later source wins. All that is wrong is reported at once, passwords in quoted lines hidden.
 */
export async function loadInventory(
  sources: readonly string[],
  options: { readonly signal: AbortSignal },
): Promise<Result<Inventory, readonly Diagnostic[]>> {
  const loaded = await load(sources, options.signal);
  return loaded.ok
    ? ok({ ...loaded.value, warnings: loaded.value.warnings.map(discreet) })
    : err(loaded.error.map(discreet));
}

async function load(
  sources: readonly string[],
  signal: AbortSignal,
): Promise<Result<Inventory, readonly Diagnostic[]>> {
  signal.throwIfAborted();
  const readings = await Promise.all(sources.map(source => readSource(source, signal)));
  const failures = readings.flatMap(reading => (reading.ok ? [] : reading.error));
  if (failures.length > 0) return err(failures);
  const written = readings.flatMap(reading => (reading.ok ? [reading.value] : []));
  const merged = mergeInventories(written);
  if (!merged.ok) return merged;
  const varsFiles = await readAllVarsFiles(sources, merged.value, signal);
  if (!varsFiles.ok) return varsFiles;
  return resolveInventory({
    sources: written.map(({ source }) => source),
    merged: merged.value,
    varsFiles: varsFiles.value,
    warnings: written.flatMap(({ warnings }) => warnings),
  });
}

async function readAllVarsFiles(
  sources: readonly string[],
  { groups, hosts }: MergedInventory,
  signal: AbortSignal,
): Promise<Result<readonly VarsFiles[], readonly Diagnostic[]>> {
  const directories = new Set<string>();
  for (const source of sources) {
    if (source.includes(',') && !(await exists(source))) continue;
    const directory = dirname(source);
    // Of two sources in one directory the later one decides how strong its files are.
    directories.delete(directory);
    directories.add(directory);
  }
  const found: VarsFiles[] = [];
  for (const directory of directories) {
    const files = await readVarsFiles(directory, groups.keys(), hosts.keys(), signal);
    if (!files.ok) return files;
    found.push(files.value);
  }
  return ok(found);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function discreet(diagnostic: Diagnostic): Diagnostic {
  const { place, related } = diagnostic;
  return {
    ...diagnostic,
    ...(place === undefined ? {} : { place: hideSecrets(place) }),
    ...(related === undefined ? {} : { related: related.map(one => ({ ...one, place: hideSecrets(one.place) })) }),
  };
}
