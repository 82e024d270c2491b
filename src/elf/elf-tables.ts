import type { ElfNumbers } from './elf-numbers.ts';

/** A section's header (`man 5 elf`, Shdr), as far as it is used. */
export interface ElfSectionHeader {
  /** Where its name begins in the section of names. */
  readonly nameAt: number;
  readonly type: number;
  /** Where it is in memory; 0 for one that is not loaded. */
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  /** Of a table of symbols: which section has their names. */
  readonly link: number;
  readonly info: number;
}

/** A segment's header (`man 5 elf`, Phdr), as far as it is used. */
export interface ElfProgramHeader {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly align: number;
}

/** `sh_type` of what has no bytes in the file, such as `.bss`; separate debuginfo has it for everything that the program itself has. */
export const noBits = 8;

/** `p_type` and `sh_type` of notes. */
export const programNote = 4;
export const sectionNote = 7;

/** Reads one entry of the table of sections, of at least `sectionHeaderBytes`. */
export function readSectionHeader(
  entry: Uint8Array,
  { word, wide, address, addressBytes }: ElfNumbers,
): ElfSectionHeader {
  const at = (fields: number): number => 8 + fields * addressBytes;
  return {
    nameAt: word(entry, 0),
    type: word(entry, 4),
    address: address(entry, at(1)),
    offset: wide(entry, at(2)),
    size: wide(entry, at(3)),
    link: word(entry, at(4)),
    info: word(entry, at(4) + 4),
  };
}

/** Reads one entry of the table of segments, of at least `programHeaderBytes`. */
export function readProgramHeader(entry: Uint8Array, { word, wide, addressBytes }: ElfNumbers): ElfProgramHeader {
  const [offset, size, align] = addressBytes === 4 ? [4, 16, 28] : [8, 32, 48];
  return { type: word(entry, 0), offset: wide(entry, offset), size: wide(entry, size), align: wide(entry, align) };
}

export function sectionHeaderBytes({ addressBytes }: ElfNumbers): number {
  return addressBytes === 4 ? 40 : 64;
}

export function programHeaderBytes({ addressBytes }: ElfNumbers): number {
  return addressBytes === 4 ? 32 : 56;
}

/** The text up to the next NUL, in bytes as Latin-1; undefined where none follows within `longest` bytes. */
export function textAt(bytes: Uint8Array, at: number, longest: number): string | undefined {
  if (at >= bytes.length) return undefined;
  const part = bytes.subarray(at, at + longest + 1);
  const end = part.indexOf(0);
  return end === -1 ? undefined : Buffer.from(part.subarray(0, end)).toString('latin1');
}
