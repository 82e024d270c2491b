import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseElfBuildId } from '../../model/binary.ts';
import { type BinaryProbes, type Marker, type MarkerArgument, markerArgumentTypes } from '../../model/binary-probes.ts';
import type { ElfBuildId } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import { asObject, readKept, writeKept } from './kept-json.ts';

/**
 * What binaries of hosts offer to scripts, one file for each build-id: a file with the same build-id need not be read again, and
 * `tapbook check` knows which marks there are without a host. Damaged entries count as missing.
 */
export interface KeptProbes {
  find(buildId: ElfBuildId): Promise<BinaryProbes | undefined>;
  /** Notes, too, that a host had it at a path. What has more than 2 MB of names is not kept. */
  keep(probes: BinaryProbes, seen: SeenBinary): Promise<void>;
  /** What is known of a path, the one that was seen last first. */
  seenAt(path: string): Promise<readonly KeptBinary[]>;
}

/** Where a binary was seen. */
export interface SeenBinary {
  readonly path: string;
  readonly host: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

export interface KeptBinary extends SeenBinary {
  readonly probes: BinaryProbes;
}

/** Raised when what is read of a binary changes: then older entries are ignored. */
const format = 'tapbook-probes/1';
const mostNameBytes = 2_000_000;
/** Of each binary: the latest places. */
const mostPlaces = 20;

export function openKeptProbes(directory: string): KeptProbes {
  const fileOf = (buildId: ElfBuildId): string => join(directory, `${buildId}.json`);
  const read = async (file: string): Promise<Entry | undefined> => readEntry(await readKept(file));
  return {
    find: async buildId => (await read(fileOf(buildId)))?.probes,
    async keep(probes, seen) {
      if (probes.buildId === undefined) return;
      const names = probes.functions.reduce((sum, name) => sum + name.length + 3, 0);
      if (names > mostNameBytes) return;
      const file = fileOf(probes.buildId);
      const others = ((await read(file))?.seen ?? []).filter(
        ({ path, host }) => path !== seen.path || host !== seen.host,
      );
      await writeKept(file, { format, probes, seen: [seen, ...others].slice(0, mostPlaces) });
    },
    async seenAt(path) {
      const names = await readdir(directory).catch(() => [] as string[]);
      const files = names.filter(name => /^[0-9a-f]{2,128}\.json$/.test(name));
      const found: KeptBinary[] = [];
      for (const name of files) {
        const entry = await read(join(directory, name));
        const seen = entry?.seen.filter(one => one.path === path).toSorted((left, right) => right.at - left.at)[0];
        if (entry !== undefined && seen !== undefined) found.push({ ...seen, probes: entry.probes });
      }
      return found.toSorted((left, right) => right.at - left.at);
    },
  };
}

interface Entry {
  readonly probes: BinaryProbes;
  readonly seen: readonly SeenBinary[];
}

function readEntry(kept: Readonly<Record<string, unknown>> | undefined): Entry | undefined {
  if (kept?.['format'] !== format) return undefined;
  const { buildId, bytes, markers, functions, debugInfo } = asObject(kept['probes']) ?? {};
  const { dwarf, link, miniDebugInfo } = asObject(debugInfo) ?? {};
  const id = typeof buildId === 'string' ? parseElfBuildId(buildId) : undefined;
  const areListed = Array.isArray(markers) && Array.isArray(functions) && functions.every(isText);
  const isDebugInfo = (dwarf === 'own' || dwarf === 'none') && typeof miniDebugInfo === 'boolean';
  if (id === undefined || typeof bytes !== 'number' || !areListed || !isDebugInfo || !Array.isArray(kept['seen'])) {
    return undefined;
  }
  return {
    probes: {
      buildId: id,
      bytes,
      markers: markers.flatMap(readMarker),
      functions,
      debugInfo: { dwarf, miniDebugInfo, ...optional('link', isText(link) ? link : undefined) },
    },
    seen: kept['seen'].flatMap(readSeen),
  };
}

function readMarker(kept: unknown): readonly Marker[] {
  const { provider, name, arguments: given, places } = asObject(kept) ?? {};
  if (!isText(provider) || !isText(name) || !Array.isArray(given) || typeof places !== 'number') return [];
  return [{ provider, name, places, arguments: given.flatMap(readArgument) }];
}

function readArgument(kept: unknown): readonly MarkerArgument[] {
  const { type, operand } = asObject(kept) ?? {};
  const known = markerArgumentTypes.find(one => one === type);
  return known !== undefined && isText(operand) ? [{ type: known, operand }] : [];
}

function readSeen(kept: unknown): readonly SeenBinary[] {
  const { path, host, at } = asObject(kept) ?? {};
  return isText(path) && isText(host) && typeof at === 'number' ? [{ path, host, at }] : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
