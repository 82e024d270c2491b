import type { ScriptFinished } from '../../model/event.ts';
import type { TablesMade } from '../../model/records.ts';
import type { ShownOutput } from '../../model/shown-output.ts';
import type { Matrix } from '../../records/gather-matrices.ts';
import type { Series } from '../../records/gather-series.ts';
import type { RunPage } from '../texts/run-page.ts';
import type { Span } from './gather-spans.ts';

/** All that the page of a run is made from. */
export interface RunReport extends RunPage {
  readonly tables: TablesMade;
  readonly series: readonly Series[];
  readonly matrices: readonly Matrix[];
  /** The command line that does it again, as a person types it; absent where the run's beginning is not known. */
  readonly rerun?: string;
  readonly spans: readonly Span[];
  readonly ends: readonly ScriptFinished[];
  /** What hosts printed alike, each once; hosts that printed nothing are not among them. */
  readonly outputs: readonly ShownOutput[];
  /** Hosts that printed something that the page has no room for. */
  readonly outputsLeftOut: number;
}
