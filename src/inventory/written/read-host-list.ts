import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { GroupName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { placeAt, type SourceFile } from '../../model/source.ts';
import { readHostNames } from './read-host-names.ts';
import type { WrittenEntry, WrittenInventory } from './written-inventory.ts';

/** `-i h1,h2:2222,`: hosts by name, all in `ungrouped`. One host alone needs the comma behind it. */
export function readHostList(text: string): Result<WrittenInventory, Faulty<WrittenInventory>> {
  const source: SourceFile = { path: '-i', text };
  const errors: Diagnostic[] = [];
  const entries: WrittenEntry[] = [];
  for (const match of text.matchAll(/[^,]+/g)) {
    const written = match[0].trim();
    if (written === '') continue;
    const start = match.index + match[0].indexOf(written);
    const where = () => placeAt(source, start, start + written.length);
    const named = readHostNames(written, where);
    if (!named.ok) {
      errors.push(named.error);
      continue;
    }
    const { names, ...port } = named.value;
    for (const name of names)
      entries.push({ kind: 'host', name, group: 'ungrouped' as GroupName, ...port, vars: [], where });
  }
  const written: WrittenInventory = { source, entries, warnings: [] };
  return errors.length > 0 ? err({ diagnostics: errors, rest: written }) : ok(written);
}
