import type { Host } from './host.ts';
import type { Failure } from './outcome.ts';

/** A probed host with what was found, or why the probe failed. */
export type Asked<Found> =
  | ({ readonly kind: 'ready'; readonly host: Host } & Found)
  | { readonly kind: 'unreachable'; readonly host: Host; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly host: Host; readonly failure: Failure };
