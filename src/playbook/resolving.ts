import type { YamlTree } from '../document/read-yaml.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ProgramTrust } from '../model/program-trust.ts';
import type { Confinement } from '../process/confinement.ts';

/** What becomes of the commands of `expand`. */
export interface Expanding {
  readonly signal: AbortSignal;
  /** `left`: they are not run, but refused if they could not be. */
  readonly commands: 'run' | 'left';
  /** Absent: they may be run. */
  readonly trust?: ProgramTrust;
}

/** The places of the parts of a playbook, and where findings are reported. */
export interface Resolving {
  readonly tree: YamlTree;
  readonly report: (diagnostic: Diagnostic) => void;
  readonly confinement: Confinement;
  /** Called with each script or folder of tapsets that no finding may quote. */
  readonly withhold: (path: string) => void;
  /** Absent: no program of the playbook is run. */
  readonly expand?: Expanding;
  /** False if the part at a path could not be read. That has been reported, and nothing more is said of the part. */
  readonly isKnown: (path: readonly (string | number)[]) => boolean;
}
