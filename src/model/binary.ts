import type { ElfBuildId } from './ids.ts';

/** A user-space file, program or library, that a module has breakpoints for. Wrong for another build-id than this one. */
export interface ProbedBinary {
  /** Absolute, as targets have it: never below a sysroot. */
  readonly path: string;
  readonly buildId: ElfBuildId;
}

/** What a host says of a file that a script probes. */
export interface BinaryFacts {
  /** As it was asked about. */
  readonly path: string;
  readonly state: 'present' | 'missing' | 'unreadable' | 'not-elf' | 'no-build-id';
  /** What the path leads to through symbolic links, if that is another one. */
  readonly realPath?: string;
  /** Of a file that is `present`, as for the fields below. */
  readonly buildId?: ElfBuildId;
  /** As `stat` prints them: `DEVICE:INODE`. */
  readonly inode?: string;
  readonly bytes?: number;
  /** The processes that map a file of that path with another build-id: begun before an upgrade, or in a root of their own. */
  readonly strangers?: readonly ForeignProcess[];
  /** Why processes could not be looked at, or not all of them. */
  readonly unseenProcesses?: string;
}

/** A process that maps a file of a probed path which is not the file that is there now. */
export interface ForeignProcess {
  readonly pid: number;
  /** The name in /proc/PID/comm. */
  readonly name: string;
  /** Undefined: it could not be read. */
  readonly buildId?: ElfBuildId;
  /** `deleted`: the file was replaced under it; `other-root`: it has a root or a mount of its own. */
  readonly why: 'deleted' | 'other-root';
}
