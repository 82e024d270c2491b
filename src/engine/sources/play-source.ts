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

/** What a command plans or runs: a playbook or a saved plan. */
export type PlaySource = PlaybookSource | SavedPlanSource;

export interface PlaybookSource extends AnySource {
  readonly kind: 'playbook';
  readonly selected: SelectedPlays;
  /** The revision that it was read from, with the files that were read from disk nevertheless. */
  readonly asOf: 'now' | (Revision & { readonly fromDisk: readonly string[] });
}

export interface SavedPlanSource extends AnySource {
  readonly kind: 'saved-plan';
  /** Its file and its digest. */
  readonly plan: NonNullable<RunStarted['plan']>;
  /** Compares the playbook and scripts that it was made from with those on disk. */
  readonly compare: () => Promise<DiskDifferences>;
}

interface AnySource {
  /** The playbook's path as it was given, for a saved plan when it was made. */
  readonly playbook: string;
  /** The files that the inventory was read from. */
  readonly inventory: readonly string[];
  /** The inventories as they were given with -i, for a saved plan perhaps when it was made. */
  readonly sources: readonly string[];
  /** The modules that it may load, each once. */
  readonly modules: readonly ModuleName[];
  /** How the output of its scripts is read. */
  readonly outputs: readonly PlannedOutput[];
  readonly warnings: readonly Diagnostic[];
  /** Probes the hosts and plans the plays. */
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
