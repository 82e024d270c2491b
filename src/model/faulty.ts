import type { Diagnostic } from './diagnostic.ts';

/** What is wrong with something, and what could be read of it all the same: to look for more faults in, never to be used. */
export interface Faulty<Rest> {
  readonly diagnostics: readonly Diagnostic[];
  readonly rest?: Rest;
}
