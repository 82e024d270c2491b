import type { KernelRelease, Machine } from './ids.ts';

/** A running kernel, by `uname -r`, `-m` and `-v`. */
export interface Kernel {
  readonly release: KernelRelease;
  readonly machine: Machine;
  /** The build's own stamp, which tells two kernels of the same release apart. */
  readonly version: string;
}
