import type { YamlTree } from '../document/read-yaml.ts';
import type { Diagnostic } from '../model/diagnostic.ts';

/** The places of the parts of a playbook, and where findings are reported. */
export interface Resolving {
  readonly tree: YamlTree;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Absent: no program of the playbook is run. */
  readonly expand?: { readonly signal: AbortSignal };
  /** False if the part at a path could not be read. That has been reported, and nothing more is said of the part. */
  readonly isKnown: (path: readonly (string | number)[]) => boolean;
}
