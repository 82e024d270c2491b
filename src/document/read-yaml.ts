import {
  type Document,
  type DocumentOptions,
  isScalar,
  type ParseOptions,
  parseAllDocuments,
  type SchemaOptions,
  type YAMLError,
} from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { JsonValue } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Place, SourceFile } from '../model/source.ts';
import { ansibleScalars } from './ansible-scalars.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import { findFirstKey, findRange } from './find-range.ts';
import { findUnusableValues } from './find-unusable-values.ts';
import { parseJson } from './parse-json.ts';
import { createPlaces, type Places } from './places.ts';
import { readSimpleYaml } from './read-simple-yaml.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';

/** `playbook`: YAML 1.2, where `on` is a text. `inventory`: as Ansible reads it, where `on` is true and 010 is 8. */
export type Dialect = 'playbook' | 'inventory';

/** A document as plain values, each with its place. */
export interface YamlTree {
  readonly source: SourceFile;
  readonly value: JsonValue;
  /** Where the value at a path stands, or the key that leads to it; for a path that is not there, its nearest parent. */
  place(path: readonly (string | number)[], part: 'key' | 'value'): Place;
  /** A value as it was written, such as `1.10` for the number 1.1. */
  written(path: readonly (string | number)[]): string | undefined;
}

/** Reads one YAML document; all that is wrong with it at once. */
export function readYaml(file: SourceFile, dialect: Dialect): Result<YamlTree, readonly Diagnostic[]> {
  // A byte order mark is no part of the text, and editors count columns without it.
  const source = file.text.startsWith('\uFEFF') ? { ...file, text: file.text.slice(1) } : file;
  const unreadable = refuseUnreadable(source, dialect);
  if (unreadable !== undefined) return err([unreadable]);
  if (dialect === 'inventory') {
    const value = parseJson(source.text) ?? readSimpleYaml(source.text);
    if (value !== undefined) return ok(locateLater(source, value));
  }
  return readByLibrary(source, dialect);
}

/** A tree whose values are known already: where they stand is looked for when someone asks, which few ever do. */
export function locateLater(source: SourceFile, value: JsonValue): YamlTree {
  let located: YamlTree | undefined;
  const locate = (): YamlTree => {
    if (located === undefined) {
      const read = readByLibrary(source, 'inventory');
      // Of JSON with a key that stands twice the library makes nothing; the file itself is place enough then.
      const place = () => createPlaces(source).of(0, 1);
      located = read.ok ? read.value : { source, value, place, written: () => undefined };
    }
    return located;
  };
  return {
    source,
    value,
    place: (path, part) => locate().place(path, part),
    written: path => locate().written(path),
  };
}

/** Reads with the library, which knows all of YAML. */
export function readByLibrary(source: SourceFile, dialect: Dialect): Result<YamlTree, readonly Diagnostic[]> {
  const documents = parseAllDocuments(source.text, options[dialect]);
  const places = createPlaces(source);
  const [document, second] = documents as readonly Document.Parsed[];
  // An unknown tag is only a warning to the library; its value would not be what was meant.
  const problems = documents.flatMap(one => [...one.errors, ...one.warnings]).filter(isNoFollowUp);
  if (problems.length > 0) {
    return err(firstOfEachLine(problems.map(error => withFirstKey(error, document, places))));
  }
  if (document === undefined || document.contents === null || isEmptyScalar(document.contents)) {
    return err([emptyDocument(places)]);
  }
  if (second !== undefined) {
    const [start] = second.range;
    const message = 'the file holds more than one YAML document';
    const cure = 'take away the line ---, or make a file of each';
    return err([{ severity: 'error', code: 'several-documents', message, cure, place: places.of(start, start + 3) }]);
  }
  const unfit = findUnusableValues(document, places);
  if (unfit.length > 0) return err(unfit);
  // How far aliases multiply has been measured already; the library's own limit would count each use of an anchor.
  const value = document.toJS({ maxAliasCount: -1 }) as JsonValue;
  return ok({
    source,
    value,
    place: (path, part) => places.of(...findRange(document, path, part)),
    written(path) {
      const node = document.getIn(path, true);
      return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
    },
  });
}

const common = { stringKeys: true, merge: true, prettyErrors: false } as const;

const options: Readonly<Record<Dialect, ParseOptions & DocumentOptions & SchemaOptions>> = {
  playbook: { ...common, version: '1.2', schema: 'core' },
  inventory: { ...common, version: '1.1', schema: 'failsafe', customTags: ansibleScalars },
};

/** Where one slip has ended the document early, or a mapping has turned into a list, each line to come is an error too. */
function isNoFollowUp({ code, message }: YAMLError, index: number, all: readonly YAMLError[]): boolean {
  const isRepeated = code === 'MULTILINE_IMPLICIT_KEY' && all.findIndex(other => other.code === code) < index;
  return index === 0 || (!isRepeated && !message.includes('token in YAML stream'));
}

/** Of a key that stands twice, the first is shown as well. */
function withFirstKey(error: YAMLError, document: Document.Parsed | undefined, places: Places): Diagnostic {
  const diagnostic = explainYamlError(error, places);
  if (error.code !== 'DUPLICATE_KEY' || document === undefined) return diagnostic;
  const first = findFirstKey(document, error.pos[0]);
  if (first === undefined) return diagnostic;
  return { ...diagnostic, related: [{ place: places.of(...first), note: 'it is written here first' }] };
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

/** One slip often makes the parser stumble several times in the same line: what says most comes first. */
function firstOfEachLine(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const lines = new Map<number, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const line = diagnostic.place?.line ?? 0;
    const known = lines.get(line);
    if (known === undefined || (known.code === 'yaml-syntax' && diagnostic.code === 'unquoted-template')) {
      lines.set(line, diagnostic);
    }
  }
  return [...lines.values()].sort((left, right) => (left.place?.line ?? 0) - (right.place?.line ?? 0));
}
