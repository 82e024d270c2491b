import type { YamlTree } from '../document/read-yaml.ts';
import type { Diagnostic } from '../model/diagnostic.ts';

/** Where the parts of a playbook stand, and where findings go. */
export interface Resolving {
  readonly tree: YamlTree;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Not where something could not be read, which has been reported: nothing is said then of what is there or is not. */
  readonly isKnown: (path: readonly (string | number)[]) => boolean;
}
