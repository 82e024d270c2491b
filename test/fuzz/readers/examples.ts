import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = new URL('../../..', import.meta.url).pathname;

/** The texts of files of this repository: of one, or of all in a folder whose names end so. */
export function filesOf(path: string, ending?: string): readonly string[] {
  if (ending === undefined) return [readFileSync(join(repository, path), 'utf8')];
  const names = readdirSync(join(repository, path), { recursive: true, encoding: 'utf8' }).sort();
  return names.filter(name => name.endsWith(ending)).map(name => readFileSync(join(repository, path, name), 'utf8'));
}

/** Made when it is first asked for. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
