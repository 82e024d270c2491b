import { open, stat } from 'node:fs/promises';
import { mergeInventories } from '../../inventory/resolve/merge-inventories.ts';
import { listSources } from '../../inventory/written/list-sources.ts';
import { readSource } from '../../inventory/written/read-source.ts';
import type { WrittenInventory } from '../../inventory/written/written-inventory.ts';
import { createConfinement } from '../../process/confinement.ts';
import { expandHome } from '../../process/expand-home.ts';
import { findDefaults } from '../arguments/find-defaults.ts';
import { namedInventories } from '../arguments/named-inventories.ts';
import { readDefaults } from '../arguments/read-defaults.ts';

/** In bytes: reading a larger inventory takes too long for a completion. */
const largest = 8 * 1024 * 1024;

/**
 * The names in the inventory of `-i`, else of $TAPBOOK_INVENTORY, else of tapbook.yml. A part that would have to be run or
 * decrypted adds no names, nor does one with errors.
 */
export async function listHostNames(
  given: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly hosts: readonly string[]; readonly groups: readonly string[] }> {
  const fromEnvironment = process.env['TAPBOOK_INVENTORY'];
  const sources = given ?? (fromEnvironment === undefined ? await defaultSources() : [fromEnvironment]);
  const confinement = createConfinement('read');
  const listed = await Promise.all(
    sources.map(source => listSources(expandHome(source), { confinement, namer: 'user', signal })),
  );
  const written: WrittenInventory[] = [];
  for (const file of listed.flatMap(({ files }) => files)) {
    if (!(await isText(file))) continue;
    const read = await readSource(file, { vault: undefined, signal, given: file, pluginSources: 'skip' });
    if (read.ok) written.push(read.value);
  }
  const { merged, errors } = mergeInventories(written);
  if (errors.length > 0) return { hosts: [], groups: [] };
  return { hosts: [...merged.hosts.keys()], groups: [...new Set(['all', ...merged.groups.keys()])] };
}

async function defaultSources(): Promise<readonly string[]> {
  const found = await findDefaults('.');
  if (!found.ok || found.value === undefined) return [];
  const read = readDefaults(found.value.source);
  return read.ok ? namedInventories(found.value, read.value) : [];
}

/** Leaves out what is or may be a program, pipes and devices. A list of hosts is no file at all. */
async function isText(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return path.includes(',');
  if (!found.isFile() || found.size > largest) return false;
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  const begin = buffer.subarray(0, bytesRead);
  return begin.subarray(0, 2).toString('latin1') !== '#!' && !begin.includes(0);
}
