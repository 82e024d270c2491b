import { type Document, isScalar, visit, type YAMLMap } from 'yaml';
import type { JsonValue } from '../model/json.ts';
import type { Repaired } from './blank-broken-lines.ts';
import { findOwners } from './find-owners.ts';
import type { Unusable } from './find-unusable-values.ts';

type Path = readonly (string | number)[];

/** The part of a document with faults that is certain. */
export interface Salvaged {
  readonly value: JsonValue;
  /** The paths of values that are not as written, and of mappings and lists that may have lost entries. */
  readonly gaps: readonly Path[];
}

/**
 * Makes plain values of a document with faults, and changes the document to match: of equal keys the last one stays, and
 * unusable values become null. Undefined if nothing useful is left.
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
    // The anchor of an alias is gone.
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
