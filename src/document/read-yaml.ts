import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLError,
} from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { JsonValue } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { SourceFile } from '../model/source.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import { findUnfit } from './find-unfit.ts';
import { createPlaces, type Places } from './places.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';

/** `playbook`: YAML 1.2, where `on` is a text. `inventory`: YAML 1.1 as Ansible reads it, where `on` is true and 010 is 8. */
export type Dialect = 'playbook' | 'inventory';

/** A document as plain values, each with its place. */
export interface YamlTree {
  readonly source: SourceFile;
  readonly value: JsonValue;
  /** Where the value at a path stands, or the key that leads to it; for a path that is not there, its nearest parent. */
  place(path: readonly (string | number)[], part: 'key' | 'value'): ReturnType<Places['of']>;
  /** A value as it was written, such as `1.10` for the number 1.1. */
  written(path: readonly (string | number)[]): string | undefined;
}

/** How often aliases may multiply what they stand for, before it counts as an attack on the memory. */
const maxAliasCount = 100;

/** Reads one YAML document; all that is wrong with it at once. */
export function readYaml(source: SourceFile, dialect: Dialect): Result<YamlTree, readonly Diagnostic[]> {
  const unreadable = refuseUnreadable(source, dialect);
  if (unreadable !== undefined) return err([unreadable]);
  // A byte order mark is not a part of the text; a blank keeps all offsets.
  const text = source.text.startsWith('\uFEFF') ? ` ${source.text.slice(1)}` : source.text;
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter,
    stringKeys: true,
    prettyErrors: false,
    ...(dialect === 'inventory' ? ({ version: '1.1', merge: true } as const) : { version: '1.2', merge: true }),
  });
  const places = createPlaces(source, lineCounter);
  const [document, second] = documents as readonly Document.Parsed[];
  if (document === undefined || document.contents === null || isEmptyScalar(document.contents)) {
    const messages = (document?.errors ?? []).map(error => explainYamlError(error, places));
    return err(messages.length > 0 ? messages : [emptyDocument(places)]);
  }
  if (second !== undefined && documents.every(one => one.errors.length === 0)) {
    return err([
      {
        severity: 'error',
        code: 'several-documents',
        message: 'the file holds more than one YAML document',
        cure: 'take away the line ---, or make a file of each',
        place: places.of(second.range[0], second.range[0] + 3),
      },
    ]);
  }
  // An unknown tag is only a warning to the library; its value would not be what was meant.
  const problems: YAMLError[] = documents.flatMap(one => [...one.errors, ...one.warnings]);
  const diagnostics = problems.map(error => explainYamlError(error, places));
  if (diagnostics.length > 0) return err(uniqueByPlace(diagnostics));
  const unfit = findUnfit(document, places);
  if (unfit.length > 0) return err(unfit);
  try {
    const value = document.toJS({ maxAliasCount }) as JsonValue;
    return ok(createTree(source, document, places, value));
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return err([
      {
        severity: 'error',
        code: 'alias-bomb',
        message: 'its aliases (*name) multiply beyond all measure',
        cure: 'write the values out, or use vars',
        place: places.of(0, 1),
      },
    ]);
  }
}

function createTree(source: SourceFile, document: Document.Parsed, places: Places, value: JsonValue): YamlTree {
  return {
    source,
    value,
    place(path, part) {
      const range = findRange(document, path, part);
      return places.of(range[0], range[1]);
    },
    written(path) {
      const node = document.getIn(path, true);
      return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
    },
  };
}

function findRange(
  document: Document.Parsed,
  path: readonly (string | number)[],
  part: 'key' | 'value',
): readonly [number, number] {
  let node: unknown = document.contents;
  let range: readonly [number, number] = rangeOf(node) ?? [0, 1];
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(step));
      if (!isPair(pair)) return range;
      const isLast = index === path.length - 1;
      range = (isLast && part === 'key' ? rangeOf(pair.key) : rangeOf(pair.value)) ?? rangeOf(pair.key) ?? range;
      node = pair.value;
    } else {
      const child = (node as { get?: (key: unknown, keep: boolean) => unknown } | undefined)?.get?.(step, true);
      if (child === undefined) return range;
      range = rangeOf(child) ?? range;
      node = child;
    }
  }
  return range;
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  if (!isNode(node)) return undefined;
  const range = (node as Node).range;
  return range === null || range === undefined ? undefined : [range[0], range[1]];
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}

function emptyDocument(places: Places): Diagnostic {
  return {
    severity: 'error',
    code: 'empty-document',
    message: 'the file holds no YAML',
    cure: 'tapbook schema playbook describes what belongs into it',
    place: places.of(0, 1),
  };
}

/** One slip often makes the parser stumble several times at the same spot. */
function uniqueByPlace(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ place }) => {
    const key = `${place?.line}:${place?.column}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
