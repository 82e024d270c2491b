import type { Resolving } from './resolving.ts';
import type { Script } from './written-playbook.ts';

/** The title of a script in messages: its name, if that could be read. */
export function titleOfScript(
  { name }: Script,
  path: readonly (string | number)[],
  { isKnown }: Pick<Resolving, 'isKnown'>,
): string {
  return isKnown([...path, 'name']) ? `script "${name}"` : 'this script';
}
