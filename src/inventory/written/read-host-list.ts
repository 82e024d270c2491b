import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { GroupName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { placeAt, type SourceFile } from '../../model/source.ts';
import { expandHostRange } from './expand-host-range.ts';
import { parseHostAddress } from './parse-host-address.ts';
import { type NamedHosts, readHostNames, readPlainHostName } from './read-host-names.ts';
import type { Where, WrittenEntry, WrittenInventory } from './written-inventory.ts';

/**
 * `-i h1,h2:2222,`: hosts by name, all in `ungrouped`. One host alone needs the comma behind it. As in Ansible there are no ranges:
 * `a[1:3]` is one host of that name, which is warned about.
 */
export function readHostList(text: string): Result<WrittenInventory, Faulty<WrittenInventory>> {
  const source: SourceFile = { path: '-i', text };
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const entries: WrittenEntry[] = [];
  for (const match of text.matchAll(/[^,]+/g)) {
    const written = match[0].trim();
    if (written === '') continue;
    const start = match.index + match[0].indexOf(written);
    const where = () => placeAt(source, start, start + written.length);
    const named = readListed(written, where, warnings);
    if (!named.ok) {
      errors.push(named.error);
      continue;
    }
    const { names, ...port } = named.value;
    for (const name of names)
      entries.push({ kind: 'host', name, group: 'ungrouped' as GroupName, ...port, vars: [], where });
  }
  const written: WrittenInventory = { source, entries, warnings };
  return errors.length > 0 ? err({ diagnostics: errors, rest: written }) : ok(written);
}

function readListed(text: string, where: Where, warnings: Diagnostic[]): Result<NamedHosts, Diagnostic> {
  const address = parseHostAddress(text);
  if (address !== undefined && !address.name.includes('[')) return readHostNames(text, where);
  if (!text.includes('[')) return readHostNames(text, where);
  const name = readPlainHostName(text, where);
  if (!name.ok) return name;
  const range = expandHostRange(text);
  if (range.ok) {
    const message = `"${text}" is one host of that name: as in Ansible, a list behind -i has no ranges`;
    const cure = `write -i ${shortList(range.value)}, or the range into a file`;
    warnings.push({ severity: 'warning', code: 'invalid-range', message, cure, place: where() });
  }
  return ok({ names: [name.value] });
}

function shortList(names: readonly string[]): string {
  return names.length > 3
    ? `${names.slice(0, 2).join()},…,${names.at(-1)}`
    : `${names.join()}${names.length > 1 ? '' : ','}`;
}
