import type { BinaryProbes } from './binary-probes.ts';
import type { HostName } from './ids.ts';
import type { Failure } from './outcome.ts';

/** What `tapbook probes --format json` prints, as `schemas/probes.schema.json` has it. */
export interface ProbesDocument {
  /** Raised when the form changes so that readers have to know. */
  readonly format: 'tapbook-probes/1';
  readonly files: readonly FileOnHosts[];
  /** The hosts that could not be asked. */
  readonly failures: readonly FailedHosts[];
}

/** A file as hosts have it: those with the same build-id stand together. */
export interface FileOnHosts {
  readonly path: string;
  readonly hosts: readonly HostName[];
  readonly result:
    | { readonly kind: 'ok'; readonly probes: ListedProbes }
    | { readonly kind: 'failed'; readonly failure: Failure };
}

export interface FailedHosts {
  readonly hosts: readonly HostName[];
  readonly result: { readonly kind: 'failed' | 'unreachable'; readonly failure: Failure };
}

/** What the file offers. Functions are thousands: only those are listed that are asked for. */
export interface ListedProbes extends Omit<BinaryProbes, 'functions'> {
  readonly functionCount: number;
  /** Absent: they were not asked for. */
  readonly functions?: readonly string[];
}
