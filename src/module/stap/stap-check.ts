import type { BuildOptions } from '../../model/build-options.ts';
import type { Place, SourceFile } from '../../model/source.ts';
import type { LintFinding } from '../../script/lint-finding.ts';

/** A script with what a build would pass to stap. */
export interface StapCheck {
  readonly source: SourceFile;
  /** Its place in the playbook. */
  readonly place: Place;
  readonly args: readonly { readonly text: string; readonly place: Place }[];
  readonly options: Omit<BuildOptions, 'beltSeconds'>;
  /** A release, or the folder of a kernel tree; undefined where no kernel is available. */
  readonly kernel: string | undefined;
}

export interface StapVerdict {
  readonly diagnostics: readonly LintFinding[];
  /** Whether probe points are unresolved because no kernel is available. */
  readonly isPartial: boolean;
}
