import { type Document, isScalar, visit, type YAMLMap } from 'yaml';
import type { JsonValue } from '../model/json.ts';
import { findOwners } from './find-owners.ts';
import type { Unusable } from './find-unusable-values.ts';
import type { Repaired } from './without-broken-lines.ts';

type Path = readonly (string | number)[];

/** What a document with faults says for certain. */
export interface Salvaged {
  readonly value: JsonValue;
  /** Values that are not what was written, and mappings and lists that may have lost entries: by their own paths. */
  readonly gaps: readonly Path[];
}

/**
 * Makes plain values of a document with faults, and changes it to be the same: of keys that stand twice the last one
 * stays, values that cannot be used become null. Undefined where that is of no use.
 */
export function salvageYaml(
  document: Document.Parsed,
  unusable: readonly Unusable[],
  { text, gaps: takenOut }: Repaired,
): Salvaged | undefined {
  dropEarlierKeys(document);
  const owners = takenOut.map(gap => findOwners(document, text, gap));
  const gaps: Path[] = owners.flatMap(({ holders, values }) => [...holders, ...values]);
  for (const path of owners.flatMap(({ values }) => values)) document.setIn(path, null);
  for (const { path, remedy } of unusable) {
    if (remedy === undefined) return undefined;
    if (!document.hasIn(path)) continue;
    if (remedy === 'take-out') document.deleteIn(path);
    else document.setIn(path, null);
    gaps.push(remedy === 'take-out' ? path.slice(0, -1) : path);
  }
  try {
    return { value: document.toJS({ maxAliasCount: -1 }) as JsonValue, gaps };
  } catch {
    // An alias whose anchor was in what is gone.
    return undefined;
  }
}

function dropEarlierKeys(document: Document.Parsed): void {
  visit(document, {
    Map(_, map) {
      const last = new Map(map.items.map((pair, index) => [nameOf(pair), index]));
      const isLast = (pair: YAMLMap['items'][number], index: number): boolean => {
        const name = nameOf(pair);
        return name === undefined || name === '<<' || last.get(name) === index;
      };
      map.items = map.items.filter(isLast);
    },
  });
}

function nameOf({ key }: YAMLMap['items'][number]): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}
