import type { Colour } from '../layout/style.ts';
import type { DiffOrder } from '../tally/diff-order.ts';

/** How what two runs have measured is told. */
export interface MeasuresDiffOptions {
  readonly colour: Colour;
  readonly columns: number;
  /** The most rows of each table. */
  readonly top: number;
  /** Without a column, each measure is ordered by its own changes. */
  readonly order: DiffOrder;
}
