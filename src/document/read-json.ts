import type { Faulty } from '../model/faulty.ts';
import { err, ok, type Result } from '../model/result.ts';
import { placeAt, type SourceFile } from '../model/source.ts';
import { findJsonError, parseJson } from './parse-json.ts';
import { locateLater, readYaml, type YamlTree } from './read-yaml.ts';

/** Reads the output of a program as JSON. YAML that only looks like JSON is refused. */
export function readJson(source: SourceFile): Result<YamlTree, Faulty<YamlTree>> {
  const value = parseJson(source.text);
  if (value !== undefined) return ok(locateLater(source, value));
  if (isJson(source.text)) return readYaml(source, 'inventory');
  const at = findJsonError(source.text);
  const isEmpty = source.text.trim() === '';
  const message = isEmpty ? 'JSON is expected, and there is nothing' : 'this is no JSON';
  const { text, ...place } = placeAt(source, at, at + 1);
  // Programs like to print all on one line.
  const shown = text.length > 2_000 ? { ...place, text: '' } : { ...place, text };
  return err({ diagnostics: [{ severity: 'error', code: 'invalid-json', message, place: shown }] });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
