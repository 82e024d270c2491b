import { type Document, isScalar, type YAMLError } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Faulty } from '../model/faulty.ts';
import { inFileOrder } from '../model/in-file-order.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Place, SourceFile } from '../model/source.ts';
import { blankBrokenLines } from './blank-broken-lines.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import type { Double } from './find-doubles.ts';
import { findUnusableValues } from './find-unusable-values.ts';
import { createNodeFinder } from './node-finder.ts';
import { parseJson } from './parse-json.ts';
import { type Dialect, parseYaml } from './parse-yaml.ts';
import { createPlaces, type Places } from './places.ts';
import { readSimpleYaml } from './read-simple-yaml.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { salvageYaml } from './salvage-yaml.ts';

/** A document as plain values, each with its place. */
export interface YamlTree {
  readonly source: SourceFile;
  readonly value: JsonValue;
  /** The place of the value at a path, or of its key. For a path that does not exist, the place of its nearest parent. */
  place(path: readonly (string | number)[], part: 'key' | 'value'): Place;
  /** The entries of the mapping at a path in the order of the text; JavaScript puts keys first that look like numbers. */
  entries(path: readonly (string | number)[], mapping: JsonObject): readonly (readonly [string, JsonValue])[];
  /** A value as it was written, such as `1.10` for the number 1.1. */
  written(path: readonly (string | number)[]): string | undefined;
  /**
   * Only in a document with faults: the paths of values that could not be read and are null, and of mappings and lists that
   * may have lost entries. No finding may be based on what is missing there.
   */
  readonly gaps?: readonly (readonly (string | number)[])[];
}

/** What the reader of a document may leave open. */
export interface Leniency {
  /** Whether the number at a path is used only as it is written, so that it may be larger than a double holds exactly. */
  isKept?(path: readonly (string | number)[]): boolean;
  /** Whether it is only a warning that the key at a path stands twice; the last one counts. */
  isReplaced?(path: readonly (string | number)[]): boolean;
}

/** Reads one YAML document. The error has all faults at once, and what can still be read. */
export function readYaml(
  file: SourceFile,
  dialect: Dialect,
  leniency: Leniency = {},
): Result<YamlTree, Faulty<YamlTree>> {
  // A byte order mark is no part of the text, and editors count columns without it.
  const source = file.text.startsWith('\uFEFF') ? { ...file, text: file.text.slice(1) } : file;
  const unreadable = refuseUnreadable(source, dialect);
  if (unreadable !== undefined) return err({ diagnostics: [unreadable] });
  if (dialect === 'inventory') {
    const value = parseJson(source.text) ?? readSimpleYaml(source.text);
    if (value !== undefined) return ok(locateLater(source, value));
  }
  return readByLibrary(source, dialect, leniency);
}

/** A tree of known values. Their places are searched when one is asked for, which is rare. */
export function locateLater(source: SourceFile, value: JsonValue): YamlTree {
  let located: YamlTree | undefined;
  const locate = (): YamlTree => {
    if (located === undefined) {
      const read = readByLibrary(source, 'inventory');
      // If the library cannot read the text, the file itself is the place.
      const place = () => createPlaces(source).of(0, 1);
      located = read.ok
        ? read.value
        : (read.error.rest ?? {
            source,
            value,
            place,
            entries: (_, mapping) => Object.entries(mapping),
            written: () => undefined,
          });
    }
    return located;
  };
  return {
    source,
    value,
    place: (path, part) => locate().place(path, part),
    // Looking is not cheap, and seldom needed.
    entries: (path, mapping) =>
      Object.keys(mapping).some(isIndex) ? locate().entries(path, mapping) : Object.entries(mapping),
    written: path => locate().written(path),
  };
}

/** What JavaScript takes for the index of an array, and sorts as such. */
function isIndex(key: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(key);
}

/** Reads with the library, which supports all of YAML. */
export function readByLibrary(
  source: SourceFile,
  dialect: Dialect,
  leniency: Leniency = {},
): Result<YamlTree, Faulty<YamlTree>> {
  const { document, second, problems, doubles } = parseYaml(source.text, dialect);
  const places = createPlaces(source);
  if (problems.length === 0 && doubles.length === 0) {
    if (document === undefined || isEmpty(document)) return err({ diagnostics: [emptyDocument(places)] });
    const unusable = second === undefined ? findUnusableValues(document, places, keptIn(dialect, leniency)) : [];
    if (second === undefined && unusable.length === 0) {
      // How far aliases multiply has been checked above. The library's own limit would count each use of an anchor.
      return ok(treeOf(source, document, document.toJS({ maxAliasCount: -1 }) as JsonValue, places));
    }
  }
  return err(readDespiteFaults(source, dialect, problems, leniency));
}

function treeOf(source: SourceFile, document: Document.Parsed, value: JsonValue, places: Places): YamlTree {
  const nodes = createNodeFinder(document);
  return {
    source,
    value,
    place: (path, part) => places.of(...nodes.range(path, part)),
    entries(path, mapping) {
      if (!Object.keys(mapping).some(isIndex)) return Object.entries(mapping);
      const names = new Set([...nodes.keys(path), ...Object.keys(mapping)]);
      return [...names].flatMap(name => {
        const own = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
        return own === undefined ? [] : [[name, own] as const];
      });
    },
    written(path) {
      const node = nodes.node(path);
      return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
    },
  };
}

/** Finds all faults of a document, even behind lines that cannot be parsed, and keeps what is left of it. */
function readDespiteFaults(
  source: SourceFile,
  dialect: Dialect,
  problems: readonly YAMLError[],
  leniency: Leniency,
): Faulty<YamlTree> {
  const places = createPlaces(source);
  const findSlips = (text: string): readonly YAMLError[] => parseYaml(text, dialect).problems;
  const repaired = problems.length === 0 ? { text: source.text, gaps: [] } : blankBrokenLines(source.text, findSlips);
  // Later errors of the parser may only follow from earlier ones.
  const first = repaired === undefined ? problems : repaired.gaps.flatMap(gap => gap.problems);
  const text = repaired?.text ?? source.text;
  const parsed = parseYaml(text, dialect);
  const { document } = parsed;
  const doubles = parsed.doubles.map(double => explainDouble(double, places, leniency));
  const isReadable = repaired !== undefined && document !== undefined && !isEmpty(document);
  const unusable = isReadable ? findUnusableValues(document, places, keptIn(dialect, leniency)) : [];
  const several = isReadable && parsed.second !== undefined ? [severalDocuments(parsed.second, places)] : [];
  const diagnostics = inFileOrder([
    ...firstOfEachLine([...first.map(error => explainYamlError(error, places)), ...doubles]),
    ...several,
    ...unusable.map(({ diagnostic }) => diagnostic),
  ]);
  const salvaged = isReadable ? salvageYaml(document, unusable, repaired) : undefined;
  if (!isReadable || salvaged === undefined) return { diagnostics };
  return { diagnostics, rest: { ...treeOf(source, document, salvaged.value, places), gaps: salvaged.gaps } };
}

/** Shows the first key beside its duplicate. */
function explainDouble({ key, first, path }: Double, places: Places, { isReplaced }: Leniency): Diagnostic {
  const explained: Diagnostic = {
    severity: 'error',
    code: 'duplicate-key',
    message: 'this key stands twice in the same mapping',
    cure: 'take one away',
    place: places.of(key[0], key[0] + 1),
    related: [{ place: places.of(...first), note: 'it is written here first' }],
  };
  return isReplaced?.(path) === true ? asWarning(explained) : explained;
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning', message: `${diagnostic.message}: the last one counts` };
}

/** An integer of an inventory is exact, and a float may be any, such as 6.02e+23. */
function keptIn(dialect: Dialect, { isKept }: Leniency): NonNullable<Leniency['isKept']> {
  return path => dialect === 'inventory' || isKept?.(path) === true;
}

function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && (contents.source ?? '') === '');
}

function severalDocuments({ range: [start] }: Document.Parsed, places: Places): Diagnostic {
  const message = 'the file holds more than one YAML document';
  const cure = 'take away the line ---, or make a file of each';
  return { severity: 'error', code: 'several-documents', message, cure, place: places.of(start, start + 3) };
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

/** One mistake often causes several errors in the same line. The most telling one comes first. */
function firstOfEachLine(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const lines = new Map<number, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const line = diagnostic.place?.line ?? 0;
    const known = lines.get(line);
    if (known === undefined || (known.code === 'yaml-syntax' && diagnostic.code === 'unquoted-template')) {
      lines.set(line, diagnostic);
    }
  }
  return [...lines.values()];
}
