import type { Host } from './host.ts';
import type { Failure } from './outcome.ts';

/** A host that was asked for something, and what came of it: what was found there, or why nothing was. */
export type Asked<Found> =
  | ({ readonly kind: 'ready'; readonly host: Host } & Found)
  | { readonly kind: 'unreachable'; readonly host: Host; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly host: Host; readonly failure: Failure };
