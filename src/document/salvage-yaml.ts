import { type Document, type Scalar, visit } from 'yaml';
import type { JsonValue } from '../model/json.ts';
import type { Repaired } from './blank-broken-lines.ts';
import { dropEarlierKeys } from './find-doubles.ts';
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
  if (unusable.some(({ remedy }) => remedy === undefined)) return undefined;
  mend(document, unusable);
  gaps.push(...unusable.map(({ path, remedy }) => (remedy === 'take-out' ? path.slice(0, -1) : path)));
  try {
    return { value: document.toJS({ maxAliasCount: -1 }) as JsonValue, gaps };
  } catch {
    // The anchor of an alias is gone.
    return undefined;
  }
}

/** Puts null in the place of values, and takes out keys, all in one walk: there may be as many as there are values. */
function mend(document: Document.Parsed, unusable: readonly Unusable[]): void {
  const remedies = new Map(unusable.map(({ node, remedy }): [unknown, Unusable['remedy']] => [node, remedy]));
  const isWrong = (node: unknown): boolean => remedies.get(node) === 'null';
  const nothing = (): Scalar.Parsed => document.createNode(null) as unknown as Scalar.Parsed;
  if (isWrong(document.contents)) document.contents = nothing();
  visit(document, {
    Map(_, map) {
      map.items = map.items.filter(({ key }) => remedies.get(key) !== 'take-out');
    },
    Seq(_, list) {
      list.items = list.items.map(item => (isWrong(item) ? nothing() : item));
    },
    Pair(_, pair) {
      if (isWrong(pair.value) || isWrong(pair.key)) pair.value = nothing();
    },
  });
}
