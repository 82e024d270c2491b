import { readYaml } from '../../document/read-yaml.ts';
import { validate } from '../../document/validate.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Place, SourceFile } from '../../model/source.ts';

/** What a tapbook.yml says, after its schema. */
export interface Defaults {
  readonly value: JsonObject;
  place(key: string): Place;
}

export function readDefaults(source: SourceFile): Result<Defaults, readonly Diagnostic[]> {
  const tree = readYaml(source, 'playbook');
  if (!tree.ok) {
    const isEmpty = tree.error.every(({ code }) => code === 'empty-document');
    return isEmpty
      ? ok({ value: {}, place: () => ({ file: source.path, line: 1, column: 1, endColumn: 2, text: '' }) })
      : tree;
  }
  const invalid = validate(tree.value, 'config');
  if (invalid.length > 0) return err(invalid);
  const { value, place } = tree.value;
  return ok({ value: isJsonObject(value) ? value : {}, place: key => place([key], 'value') });
}
