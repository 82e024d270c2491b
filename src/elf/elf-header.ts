import { err, ok, type Result } from '../model/result.ts';
import { type ElfNumbers, elfNumbers } from './elf-numbers.ts';

/** What stands at the beginning of an ELF file (`man 5 elf`, Ehdr). */
export interface ElfHeader {
  readonly numbers: ElfNumbers;
  /** The machine, by its number in elf.h. */
  readonly machine: number;
  readonly programs: ElfTable;
  readonly sections: ElfTable;
  /** Which section has the names of the sections; `0xffff`: section 0 says it. */
  readonly namesIndex: number;
}

/** A table of headers, as it lies in the file. */
export interface ElfTable {
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
}

/** How many bytes at the beginning of a file are enough for any header. */
export const elfHeaderBytes = 64;

/** Reads the header from the beginning of a file of any class and byte order. The error says why it is none. */
export function readElfHeader(start: Uint8Array): Result<ElfHeader, string> {
  if (start.length < 4 || !elfMagic.every((byte, index) => start[index] === byte)) return err('it is no ELF file');
  const [fileClass = 0, byteOrder = 0] = start.subarray(4, 6);
  const numbers = elfNumbers(fileClass, byteOrder);
  if (numbers === undefined) return err('it is an ELF file of no known class');
  const at = fileClass === 1 ? places32 : places64;
  if (start.length < at.end) return err('it is cut short');
  const { half, wide } = numbers;
  const table = (offset: number, sizes: number): ElfTable => ({
    offset: wide(start, offset),
    entryBytes: half(start, sizes),
    count: half(start, sizes + 2),
  });
  return ok({
    numbers,
    machine: half(start, 18),
    programs: table(at.programs, at.programSizes),
    sections: table(at.sections, at.sectionSizes),
    namesIndex: half(start, at.end - 2),
  });
}

const elfMagic = [0x7f, 0x45, 0x4c, 0x46];
const places32 = { programs: 0x1c, sections: 0x20, programSizes: 0x2a, sectionSizes: 0x2e, end: 0x34 };
const places64 = { programs: 0x20, sections: 0x28, programSizes: 0x36, sectionSizes: 0x3a, end: 0x40 };
