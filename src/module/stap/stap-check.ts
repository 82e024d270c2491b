import type { BuildOptions } from '../../model/build-options.ts';
import type { Place, SourceFile } from '../../model/source.ts';
import type { LintFinding } from '../../script/lint-finding.ts';

/** A script as a build would give it to stap. */
export interface StapCheck {
  readonly source: SourceFile;
  /** Where the playbook names it. */
  readonly place: Place;
  readonly args: readonly { readonly text: string; readonly place: Place }[];
  readonly options: Omit<BuildOptions, 'beltSeconds'>;
  /** A release, or the folder of a kernel tree; undefined: no kernel is at hand. */
  readonly kernel: string | undefined;
}

export interface StapVerdict {
  readonly diagnostics: readonly LintFinding[];
  /** Whether probe points were left unresolved because no kernel is at hand. */
  readonly isPartial: boolean;
}
