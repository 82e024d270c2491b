import type { Revision } from '../../git/revision.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunStarted } from '../../model/event.ts';
import type { ModuleName } from '../../model/ids.ts';
import { optional } from '../../model/optional.ts';
import type { PlannedOutput } from '../../model/plan.ts';
import type { PrepareContext } from '../prepare/plan-plays.ts';
import type { PreparedPlays } from '../prepare/prepare-saved-plays.ts';
import type { DiskDifferences } from './compare-with-disk.ts';
import type { SelectedPlay, SelectedPlays } from './select-plays.ts';

/** What a command is to plan or to run: a playbook, or a plan that was saved. */
export type PlaySource = PlaybookSource | SavedPlanSource;

export interface PlaybookSource extends AnySource {
  readonly kind: 'playbook';
  readonly selected: SelectedPlays;
  /** Where it was read as of a revision, that; with what was read from disk all the same. */
  readonly asOf: 'now' | (Revision & { readonly fromDisk: readonly string[] });
}

export interface SavedPlanSource extends AnySource {
  readonly kind: 'saved-plan';
  /** Its file and its digest. */
  readonly plan: NonNullable<RunStarted['plan']>;
  /** The playbook and scripts that it was made from, as they are now. */
  readonly compare: () => Promise<DiskDifferences>;
}

interface AnySource {
  /** The playbook's path as it was given, now or when the plan was made. */
  readonly playbook: string;
  /** The files that the inventory was read from. */
  readonly inventory: readonly string[];
  /** As they were given with -i, now or when the plan was made. */
  readonly sources: readonly string[];
  /** What it may load, each once. */
  readonly modules: readonly ModuleName[];
  /** How the output of its scripts is read. */
  readonly outputs: readonly PlannedOutput[];
  readonly warnings: readonly Diagnostic[];
  /** Asks the hosts. */
  prepare(context: PrepareContext): Promise<PreparedPlays>;
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
