import { optional } from '../model/optional.ts';
import type { StapOptions } from './playbook.ts';
import type { Script } from './written-playbook.ts';

/** What `unwind` of a script adds to its options of stap. */
export function resolveUnwind(
  written: Script['unwind'],
): Pick<StapOptions, 'allModules' | 'unwind' | 'unwindLibraries'> {
  if (written === undefined) return {};
  const { modules = [], libraries, all_modules: allModules } = Array.isArray(written) ? { modules: written } : written;
  return {
    ...optional('unwind', modules.length === 0 ? undefined : [...new Set(modules)].sort()),
    ...optional('unwindLibraries', libraries),
    ...optional('allModules', allModules),
  };
}
