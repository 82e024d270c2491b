import { err, ok, type Result } from '../model/result.ts';
import { elfHeaderBytes, readElfHeader } from './elf-header.ts';
import { readSectionHeader, sectionHeaderBytes, textAt } from './elf-tables.ts';

export interface ElfSection {
  /** The ELF header's machine, by its number in elf.h. */
  readonly machine: number;
  readonly bytes: Uint8Array;
}

/** Finds a section by its name in an ELF file that is in memory, a module. The error says why there is none. */
export function findElfSection(file: Uint8Array, wanted: string): Result<ElfSection, string> {
  const header = readElfHeader(file.subarray(0, elfHeaderBytes));
  if (!header.ok) return header;
  const { numbers, machine, namesIndex, sections } = header.value;
  const read = (index: number) => {
    const at = sections.offset + index * sections.entryBytes;
    const entry = file.subarray(at, at + sections.entryBytes);
    return entry.length < sectionHeaderBytes(numbers) ? undefined : readSectionHeader(entry, numbers);
  };
  const names = read(namesIndex);
  if (names === undefined) return err('it is cut short');
  for (let index = 0; index < sections.count; index++) {
    const section = read(index);
    if (section === undefined) return err('it is cut short');
    if (textAt(file, names.offset + section.nameAt, wanted.length) === wanted) {
      return ok({ machine, bytes: file.subarray(section.offset, section.offset + section.size) });
    }
  }
  return err(`it has no section ${wanted}`);
}
