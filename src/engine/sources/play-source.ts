import type { Revision } from '../../git/revision.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunStarted } from '../../model/event.ts';
import type { ModuleName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { PlannedOutput } from '../../model/plan.ts';
import type { PlanContext } from '../prepare/plan-plays.ts';
import type { RevivedPlays } from '../prepare/prepare-saved-plays.ts';
import type { DiskDifferences } from './compare-with-disk.ts';
import type { SelectedPlay, SelectedPlays } from './select-plays.ts';

/** What a command is to plan or to run: a playbook, or a plan that was saved. */
export interface PlaySource {
  /** The playbook's path as it was given, now or when the plan was made. */
  readonly playbook: string;
  /** Of a saved plan only: its file and its digest. */
  readonly plan?: NonNullable<RunStarted['plan']>;
  /** The files that the inventory was read from. */
  readonly inventory: readonly string[];
  /** As they were given with -i, now or when the plan was made. */
  readonly sources: readonly string[];
  /** What it may load, each once. */
  readonly modules: readonly ModuleName[];
  /** How the output of its scripts is read. */
  readonly outputs: readonly PlannedOutput[];
  readonly warnings: readonly Diagnostic[];
  /** Of a playbook only. */
  readonly selected?: SelectedPlays;
  /** Where it was read as of a revision; with what was read from disk all the same. */
  readonly revision?: Revision & { readonly fromDisk: readonly string[] };
  /** Of a saved plan only: the playbook and scripts that it was made from, as they are now. */
  readonly compare?: () => Promise<DiskDifferences>;
  /** Asks the hosts. */
  prepare(context: PlanContext): Promise<RevivedPlays>;
}

/** The modules of these plays' scripts, each once. */
export function modulesOf(plays: readonly Pick<SelectedPlay, 'scripts'>[]): readonly ModuleName[] {
  return [...new Set(plays.flatMap(({ scripts }) => [...scripts.values()].flat().map(({ script }) => script.name)))];
}

/** How the output of these plays' scripts is read. */
export function outputsOf(plays: readonly Pick<SelectedPlay, 'scripts'>[]): readonly PlannedOutput[] {
  const scripts = new Set(plays.flatMap(play => [...play.scripts.values()].flat().map(({ script }) => script)));
  return [...scripts].flatMap(({ name, format, aggregate }) =>
    format === undefined ? [] : [{ module: name, format, ...optional('aggregate', aggregate) }],
  );
}
