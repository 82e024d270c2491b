import type { ElfBuildId } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import { readNotes } from './elf-notes.ts';
import { programNote, sectionNote } from './elf-tables.ts';
import type { ElfFile } from './open-elf.ts';

/**
 * The build-id, as `file` and `readelf -n` print it: of the segments of notes, which the kernel and SystemTap read, else of
 * the sections, which objects and modules have. Undefined for a file without one.
 */
export async function readBuildId(file: ElfFile): Promise<Result<ElfBuildId | undefined, string>> {
  const segments = file.programs.filter(({ type, size }) => type === programNote && size > 0);
  const sections = file.sections.filter(({ type, size }) => type === sectionNote && size > 0);
  const isIdSection = ({ name }: { readonly name: string }): boolean => name === '.note.gnu.build-id';
  const parts = [
    ...segments,
    ...sections.filter(isIdSection).map(section => ({ ...section, align: 4 })),
    ...sections.filter(section => !isIdSection(section)).map(section => ({ ...section, align: 4 })),
  ];
  for (const { offset, size, align } of parts.slice(0, mostParts)) {
    // A segment may be too large only in a file that is no program: the id stands at its beginning.
    const bytes = await file.read({ offset, size: Math.min(size, mostBytes) });
    if (!bytes.ok) return bytes;
    for (const { owner, type, description } of readNotes(bytes.value, file.header.numbers, align)) {
      if (owner === 'GNU' && type === buildIdType && description.length > 0 && description.length <= longestId) {
        return ok(Buffer.from(description).toString('hex') as ElfBuildId);
      }
    }
  }
  return ok(undefined);
}

/** `NT_GNU_BUILD_ID` of elf.h. */
const buildIdType = 3;
/** SHA-1 has 20 bytes; `ld --build-id=0x…` takes any. */
const longestId = 64;
const mostParts = 64;
const mostBytes = 1024 * 1024;
