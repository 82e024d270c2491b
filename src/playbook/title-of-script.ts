import type { Resolving } from './resolving.ts';
import type { Script } from './written-playbook.ts';

/** What a script is called in messages: by its name, where that could be read. */
export function titleOfScript(
  { name }: Script,
  path: readonly (string | number)[],
  { isKnown }: Pick<Resolving, 'isKnown'>,
): string {
  return isKnown([...path, 'name']) ? `script "${name}"` : 'this script';
}
