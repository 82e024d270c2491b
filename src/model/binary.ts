import type { ElfBuildId } from './ids.ts';

/** A user-space file, program or library, that a module has breakpoints for. Wrong for another build-id than this one. */
export interface ProbedBinary {
  /** Absolute, as targets have it: never below a sysroot. */
  readonly path: string;
  /** What the path leads to on the targets through symbolic links, if that is another one: this one stands in the module. */
  readonly realPath?: string;
  readonly buildId: ElfBuildId;
}

/** A file, or files, that a script probes: which, only its build shows. */
export interface UnsureBinary {
  /** As it stands in the script: `postgres`, `python.function.entry`. */
  readonly text: string;
  /** Half a sentence that goes on from the text: `is looked for along the PATH of the build host`. */
  readonly why: string;
}

/** What is done for binaries that a build host lacks. */
export interface BinaryPolicy {
  /** They are copied from a target; that is asked about on the terminal; or it is not done. */
  readonly how: 'fetch' | 'ask' | 'never';
  /** Larger ones are not copied. */
  readonly mostBytes: number;
}

export const usualBinaryPolicy: BinaryPolicy = { how: 'fetch', mostBytes: 200_000_000 };

/** What a host says of a file that a script probes. */
export type BinaryFacts =
  | PresentBinary
  | {
      /** As it was asked about. */
      readonly path: string;
      /** `no-od`: nothing there can read a file's bytes for a shell. */
      readonly state: 'missing' | 'not-a-file' | 'unreadable' | 'no-od' | 'not-elf' | 'no-build-id';
      readonly realPath?: string;
    };

export interface PresentBinary extends ProbedBinary {
  readonly state: 'present';
  /** `DEVICE:INODE`, as `stat` prints them. */
  readonly inode?: string;
  readonly bytes?: number;
  /** The processes that map a file of that path with another build-id. Absent: none was seen. */
  readonly strangers?: readonly ForeignProcess[];
  /** How many more there are. */
  readonly moreStrangers?: number;
  /** Why not all processes could be looked at: only root may. Absent: all were. */
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

/** As `read-build-id.sh` prints it: mostly 40 digits. */
export function parseElfBuildId(text: string): ElfBuildId | undefined {
  return /^(?:[0-9a-f]{2}){1,64}$/.test(text) ? (text as ElfBuildId) : undefined;
}

/** Enough of a build-id, also of one that a host has told, for a person to tell one from another. */
export function shortBuildId(buildId: string): string {
  return buildId.slice(0, 12);
}

/** Whether it is one of the words of `read-build-id.sh` for why there is no build-id. */
export function isBinaryAbsence(state: string | undefined): state is Exclude<BinaryFacts['state'], 'present'> {
  return /^(?:missing|not-a-file|unreadable|no-od|not-elf|no-build-id)$/.test(state ?? '');
}
