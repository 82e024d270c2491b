import { isAbsolute, resolve } from 'node:path';
import type { FoundDefaults } from './find-defaults.ts';
import type { Defaults } from './read-defaults.ts';

/** The inventories that a tapbook.yml names, from any folder. */
export function namedInventories({ folder }: FoundDefaults, { value }: Defaults): readonly string[] {
  const names = [value['inventory'] ?? []].flat().map(String);
  // A list of hosts, such as `a,b,`, is no path.
  return names.map(name => (name.includes(',') || isAbsolute(name) ? name : resolve(folder, name)));
}
