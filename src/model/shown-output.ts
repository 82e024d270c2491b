import type { HostName } from './ids.ts';

/** What some hosts printed alike, as far as it was read. */
export interface ShownOutput {
  readonly hosts: readonly HostName[];
  readonly lines: readonly string[];
  /** Where all of it is, and how much that is, if `lines` is only the beginning. */
  readonly cut?: { readonly path: string; readonly bytes: number };
}
