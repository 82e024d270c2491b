import { isOfGap } from '../document/is-of-gap.ts';
import { createPathSet, type PathSet } from '../document/path-set.ts';
import type { YamlTree } from '../document/read-yaml.ts';
import { findSchemaErrors, pathOfError } from '../document/schema-errors.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { TapbookPlaybook } from './written-playbook.ts';

type Path = readonly (string | number)[];

/** A playbook that fits the schema, and which parts of it were not written so. */
export interface SalvagedPlaybook {
  readonly written: TapbookPlaybook;
  /** Whether a value, or its absence, is as it was written. */
  readonly isKnown: (path: Path) => boolean;
  /** Whether the schema refuses the value at a path. */
  readonly isRefused: (path: Path) => boolean;
}

/** Taking a value out may cause new errors, so it is done in rounds. After the last one the playbook is given up. */
const mostRounds = 8;

/**
 * Takes values out of a playbook that the schema refuses, so that its other parts can be checked. Optional values are removed,
 * and required ones are replaced by harmless ones. Undefined if nothing is left.
 */
export function salvagePlaybook(tree: YamlTree): SalvagedPlaybook | undefined {
  const draft: Draft = { value: structuredClone(tree.value), refused: createPathSet(), replaced: createPathSet() };
  for (let round = 0; round < mostRounds; round++) {
    const errors = findSchemaErrors(draft.value, 'playbook');
    if (errors.length === 0) {
      const { refused, replaced } = draft;
      const isRefused = (path: Path): boolean => refused.lengthsAround(path).length > 0;
      const isKnown = (path: Path): boolean => replaced.lengthsAround(path).length === 0 && !isOfGap(tree, path);
      return { written: draft.value as unknown as TapbookPlaybook, isKnown, isRefused };
    }
    const found = errors.map(error => pathOfError(error, draft.value));
    const inRound = createPathSet();
    const replace = (path: Path): void => {
      inRound.add(path);
      draft.replaced.add(path);
    };
    for (const { path, meant } of found) {
      draft.refused.add(path);
      if (meant !== undefined && valueAt(draft.value, meant) === undefined) replace(meant);
      if (inRound.lengthsAround(path).length === 0) takeOut(path, draft.value, replace);
    }
  }
  return undefined;
}

interface Draft {
  readonly value: JsonValue;
  readonly refused: PathSet;
  readonly replaced: PathSet;
}

/** Takes out a value, and its holder if that makes no sense without it. */
function takeOut(path: Path, root: JsonValue, replace: (path: Path) => void): void {
  const step = path.at(-1);
  if (step === undefined) return;
  replace(path);
  const above = path.slice(0, -1);
  const holder = valueAt(root, above);
  const harmless = placeholderAt(path);
  if (isArray(holder) && typeof step === 'number' && harmless !== undefined) holder[step] = harmless;
  else if (isArray(holder)) takeOut(above, root, replace);
  else if (isMapping(holder)) {
    if (harmless !== undefined) holder[step] = harmless;
    else if (Object.hasOwn(holder, step)) delete holder[step];
    else takeOut(above, root, replace);
  }
}

/** A harmless value for a required one. No check ever sees it: its path is not known. */
function placeholderAt([, section, index, key, ...deeper]: Path): JsonValue | undefined {
  const script = { name: 'script', inline: '-', duration: 1 };
  if (section === undefined) return { hosts: 'all', scripts: [script] };
  if (deeper.length > 0) return undefined;
  if (index === undefined) return { hosts: 'all', scripts: [script] }[String(section)];
  const entry: Readonly<Record<string, JsonValue>> = section === 'scripts' ? script : { release: '*' };
  if (section !== 'scripts' && section !== 'kernels') return undefined;
  if (key === undefined) return { ...entry };
  const isNeeded = key === 'name' || key === 'release';
  return isNeeded ? entry[key] : undefined;
}

function valueAt(root: JsonValue, path: Path): unknown {
  let value: unknown = root;
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  return value;
}

function isArray(value: unknown): value is JsonValue[] {
  return Array.isArray(value);
}

function isMapping(value: unknown): value is Record<string | number, JsonValue> {
  return isJsonObject(value as JsonValue);
}
