import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Faulty } from '../model/faulty.ts';
import { inFileOrder } from '../model/in-file-order.ts';
import type { JsonObject } from '../model/json.ts';
import { optional } from '../model/optional.ts';
import type { ProgramTrust } from '../model/program-trust.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Confinement, Namer } from '../process/confinement.ts';
import type { Inventory } from './inventory.ts';
import { nameProgram, namePrograms } from './name-programs.ts';
import { type MergedInventory, mergeInventories } from './resolve/merge-inventories.ts';
import { resolveInventory } from './resolve/resolve-inventory.ts';
import { readVarsFiles, type VarsFiles } from './resolve/vars-files.ts';
import { hideSecrets } from './vault/hide-secrets.ts';
import type { Vault } from './vault/vault.ts';
import { listSources } from './written/list-sources.ts';
import { type PluginSources, readSource } from './written/read-source.ts';

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly confinement: Confinement;
  /** Who names each of the sources, if it is not the user. */
  readonly namers?: readonly Namer[];
  /** Its `group_vars/` and `host_vars/` count too, and are stronger than those beside the sources. */
  readonly playbookDirectory?: string;
  readonly vault?: Vault;
  /** For copies of files: the path that variables such as `inventory_dir` show instead. */
  readonly standsFor?: (path: string) => string;
  /** For connections only: variables that are weaker than all else (-u, -K). */
  readonly connectionDefaults?: JsonObject;
  /** For connections only: variables that are stronger than all else (-e). */
  readonly extraVars?: JsonObject;
  /** `refuse` where it is not given. */
  readonly pluginSources?: PluginSources;
  /** Asked before a program is run; without it, the user has named the sources. */
  readonly trust?: ProgramTrust;
}

/**
 * Reads all sources (files, programs, directories of these, or hosts with commas) with the `group_vars/` and `host_vars/`
 * beside them, and resolves them together; a later source wins. All errors are reported at once, with passwords in quoted
 * lines hidden. Problems with a host's connection are reported only by `connectionProblems`. Where only variables are
 * missing, hosts and groups are still returned.
 */
export async function loadInventory(
  sources: readonly string[],
  options: LoadOptions,
): Promise<Result<Inventory, Faulty<Inventory>>> {
  const loaded = await load(sources, options);
  return loaded.ok
    ? ok({ ...loaded.value, warnings: loaded.value.warnings.map(discreet) })
    : err({ ...loaded.error, diagnostics: loaded.error.diagnostics.map(discreet) });
}

/** Sources read at the same time: some are programs. */
const atOnce = 4;

async function load(sources: readonly string[], options: LoadOptions): Promise<Result<Inventory, Faulty<Inventory>>> {
  const { signal, vault, playbookDirectory, standsFor, connectionDefaults, extraVars } = options;
  const { pluginSources = 'refuse', trust, confinement, namers } = options;
  signal.throwIfAborted();
  const listed = await Promise.all(
    sources.map((source, index) => listSources(source, { confinement, namer: namers?.[index] ?? 'user', signal })),
  );
  const limit = pLimit(atOnce);
  const files = listed.flatMap(one => one.files);
  // All at once, so that a question tells of all of them.
  if (trust !== undefined) await trust.refusals(await namePrograms(listed, standsFor), signal);
  const readings = await Promise.all(
    listed.flatMap((one, index) =>
      one.files.map(file => {
        const given = sources[index] ?? file;
        const unquoted = one.unquoted.has(file) ? { unquoted: true as const } : {};
        const whyNotRun = async () => trust?.refusals([nameProgram(file, index, standsFor)], signal) ?? [];
        return limit(() => readSource(file, { vault, signal, given, pluginSources, whyNotRun, ...unquoted }));
      }),
    ),
  );
  const errors = [
    ...listed.flatMap(one => one.errors),
    ...readings.flatMap(one => (one.ok ? [] : one.error.diagnostics)),
  ];
  const isWhole = errors.length === 0;
  const written = readings.flatMap(reading => (reading.ok ? reading.value : (reading.error.rest ?? [])));
  const { merged, errors: conflicts } = mergeInventories(written);
  // A missing name may be in a source that could not be read.
  errors.push(...conflicts.filter(({ code }) => isWhole || code !== 'unknown-group'));
  const read = sources.filter((_, index) => listed[index]?.isRead);
  const directories = await directoriesBeside(read, playbookDirectory);
  const varsFiles = await readAllVarsFiles(directories, merged, options);
  const areGroupsWhole = errors.length === 0;
  errors.push(...varsFiles.errors);
  const warnings = [...listed, ...written, ...varsFiles.found].flatMap(one => one.warnings);
  const unquoted = listed.some(one => one.unquoted.size > 0)
    ? ('all' as const)
    : varsFiles.found.some(one => one.hasUnquoted)
      ? ('values' as const)
      : undefined;
  const whole = resolveInventory({
    sources: written.map(({ source }) => source),
    merged,
    varsFiles: varsFiles.found,
    warnings,
    connections: {
      confinement,
      ...(vault === undefined ? {} : { vault }),
      ...(connectionDefaults === undefined ? {} : { defaults: connectionDefaults }),
      ...(extraVars === undefined ? {} : { extraVars }),
    },
    ...(playbookDirectory === undefined ? {} : { playbookDirectory }),
    ...(standsFor === undefined ? {} : { standsFor }),
  });
  const resolved = whole.ok ? ok({ ...whole.value, ...optional('unquoted', unquoted) }) : whole;
  if (resolved.ok && errors.length === 0) return resolved;
  const found = [...warnings, ...errors, ...(resolved.ok ? [] : resolved.error)];
  const diagnostics = inFileOrder(found, files);
  return err(resolved.ok && areGroupsWhole ? { diagnostics, rest: resolved.value } : { diagnostics });
}

/** From the weakest to the strongest: a directory that is itself a source, and those that sources lie in. */
async function directoriesBeside(
  sources: readonly string[],
  playbookDirectory: string | undefined,
): Promise<readonly string[]> {
  const directories = new Set<string>();
  const add = (directory: string): void => {
    // Where two sources share a directory, the later one decides the strength of its files.
    directories.delete(directory);
    directories.add(directory);
  };
  for (const source of sources) {
    const kind = await stat(source).catch(() => undefined);
    if (kind === undefined && source.includes(',')) continue;
    add(kind?.isDirectory() ? source.replace(/(?<=.)\/+$/, '') : dirname(source));
  }
  if (playbookDirectory !== undefined) add(playbookDirectory);
  return [...directories];
}

async function readAllVarsFiles(
  directories: readonly string[],
  { groups, hosts }: MergedInventory,
  { vault, signal, confinement, namers: [namer] = [], playbookDirectory }: LoadOptions,
): Promise<{ readonly found: readonly VarsFiles[]; readonly errors: readonly Diagnostic[] }> {
  const found: VarsFiles[] = [];
  const errors: Diagnostic[] = [];
  for (const directory of directories) {
    // A source that the user has not named may lie anywhere, and has files beside it there.
    const isNamed = namer === undefined || directory === playbookDirectory;
    const quoting = isNamed || confinement.admit(directory, namer).isQuoted ? 'quoted' : 'unquoted';
    const files = await readVarsFiles(directory, groups.keys(), hosts.keys(), { vault, signal, confinement, quoting });
    if (files.ok) found.push(files.value);
    else {
      errors.push(...files.error.diagnostics);
      if (files.error.rest !== undefined) found.push(files.error.rest);
    }
  }
  return { found, errors };
}

function discreet(diagnostic: Diagnostic): Diagnostic {
  const { place, related } = diagnostic;
  return {
    ...diagnostic,
    ...(place === undefined ? {} : { place: hideSecrets(place) }),
    ...(related === undefined ? {} : { related: related.map(one => ({ ...one, place: hideSecrets(one.place) })) }),
  };
}
