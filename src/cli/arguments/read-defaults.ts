import { readYaml } from '../../document/read-yaml.ts';
import { findSchemaErrors, pathOfError } from '../../document/schema-errors.ts';
import { validate } from '../../document/validate.ts';
import type { Faulty } from '../../model/faulty.ts';
import { inFileOrder } from '../../model/in-file-order.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Place, SourceFile } from '../../model/source.ts';

/** What a tapbook.yml says, after its schema. */
export interface Defaults {
  readonly value: JsonObject;
  /** The place of a value, by its path. */
  place(...path: readonly (string | number)[]): Place;
}

/** Reads a tapbook.yml. The error has every fault, and those values that have none. */
export function readDefaults(source: SourceFile): Result<Defaults, Faulty<Defaults>> {
  const read = readYaml(source, 'playbook');
  const found = read.ok ? [] : read.error.diagnostics;
  if (found.length > 0 && found.every(({ code }) => code === 'empty-document')) {
    return ok({ value: {}, place: () => ({ file: source.path, line: 1, column: 1, endColumn: 2, text: '' }) });
  }
  const tree = read.ok ? read.value : read.error.rest;
  if (tree === undefined) return err({ diagnostics: found });
  const diagnostics = inFileOrder([...found, ...validate(tree, 'config')]);
  const refused = new Set(findSchemaErrors(tree.value, 'config').map(error => pathOfError(error, tree.value).path[0]));
  const written = isJsonObject(tree.value) ? Object.entries(tree.value) : [];
  const value = Object.fromEntries(written.filter(([key]) => !refused.has(key)));
  const defaults: Defaults = { value, place: (...path) => tree.place(path, 'value') };
  return diagnostics.length > 0 ? err({ diagnostics, rest: defaults }) : ok(defaults);
}
