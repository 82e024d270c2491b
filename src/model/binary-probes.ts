import type { ElfBuildId } from './ids.ts';

/** What a user-space file offers to scripts, as it says itself. */
export interface BinaryProbes {
  /** Undefined: it has none, so scripts cannot probe it safely. */
  readonly buildId?: ElfBuildId;
  /** The file's size. */
  readonly bytes: number;
  /** By provider and name, in the order of their bytes. */
  readonly markers: readonly Marker[];
  /** Names of functions that its tables of symbols have; debuginfo may know more. Mangled, as the linker has them. */
  readonly functions: readonly string[];
  readonly debugInfo: BinaryDebugInfo;
}

/** A static probe of `sys/sdt.h`: `process("PATH").provider("PROVIDER").mark("NAME")`. */
export interface Marker {
  readonly provider: string;
  readonly name: string;
  readonly arguments: readonly MarkerArgument[];
  /** How many places of the program have it: one that was inlined has several. */
  readonly places: number;
}

/** What a mark hands over: `$arg1` and so on. */
export interface MarkerArgument {
  readonly type: MarkerArgumentType;
  /** Where it is, in the words of the machine's assembler: `%rbx`, `$1`, `-8(%rbp)`, `[sp, 16]`. */
  readonly operand: string;
}

/** In C's words; `unknown`: the file does not give its size. SystemTap itself makes each of them a 64-bit number. */
export const markerArgumentTypes = [
  'char',
  'unsigned char',
  'short',
  'unsigned short',
  'int',
  'unsigned int',
  'long',
  'unsigned long',
  'float',
  'double',
  'unknown',
] as const;

export type MarkerArgumentType = (typeof markerArgumentTypes)[number];

/** What `.statement`, and `$variables` of functions, need. Marks need none of it. */
export interface BinaryDebugInfo {
  /** Whether DWARF is in the file itself. */
  readonly dwarf: 'own' | 'none';
  /** The name of the separate file (`.gnu_debuglink`), in a folder that the build-id or the path gives. */
  readonly link?: string;
  /** Fedora's and Red Hat's compressed table of symbols, `.gnu_debugdata`: more functions, no variables. */
  readonly miniDebugInfo: boolean;
}
