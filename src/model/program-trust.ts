import type { Diagnostic } from './diagnostic.ts';
import type { Place } from './source.ts';

/** A program that would be run on this machine because an inventory or a playbook is, or names, one. */
export interface NamedProgram {
  /** What it is, as the beginning of a sentence: `the program inventory.py`. */
  readonly what: string;
  /** Where it is named; without it, the source of the inventory that it came by is meant. */
  readonly place?: Place;
  /** The place of that source among all of them. */
  readonly source?: number;
}

/** Who decides on programs that the user has not named: a stranger's folder may bring them along. */
export interface ProgramTrust {
  /**
   * Why these programs are not run, a finding for each; none where they may be. However often it is called, it decides, and perhaps
   * asks, only once. Throws the reason of `signal`.
   */
  refusals(programs: readonly NamedProgram[], signal: AbortSignal): Promise<readonly Diagnostic[]>;
}
