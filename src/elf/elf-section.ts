import { err, ok, type Result } from '../model/result.ts';

export interface ElfSection {
  /** The ELF header's machine, by its number in elf.h. */
  readonly machine: number;
  readonly bytes: Uint8Array;
}

/** Finds a section by its name in an ELF file of any class and byte order (`man 5 elf`). The error says why there is none. */
export function findElfSection(file: Uint8Array, wanted: string): Result<ElfSection, string> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    if (view.getUint32(0) !== 0x7f454c46) return err('it is no ELF file');
    const [fileClass = 0, byteOrder = 0] = file.subarray(4, 6);
    const layout = layouts[fileClass];
    if (layout === undefined || (byteOrder !== 1 && byteOrder !== 2)) return err('it is an ELF file of no known class');
    const little = byteOrder === 1;
    const half = (at: number): number => view.getUint16(at, little);
    const offset = (at: number): number =>
      layout.wide ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
    const headers = offset(layout.headers);
    const [size, count, namesIndex] = [half(layout.sizes), half(layout.sizes + 2), half(layout.sizes + 4)];
    const header = (index: number): { name: number; start: number; length: number } => {
      const at = headers + index * size;
      return {
        name: view.getUint32(at, little),
        start: offset(at + layout.sectionStart),
        length: offset(at + layout.sectionLength),
      };
    };
    const names = header(namesIndex);
    for (let index = 0; index < count; index++) {
      const { name, start, length } = header(index);
      const text = file.subarray(names.start + name, names.start + name + wanted.length + 1);
      if (Buffer.from(text).toString('latin1') === `${wanted}\0`) {
        return ok({ machine: half(18), bytes: file.subarray(start, start + length) });
      }
    }
    return err(`it has no section ${wanted}`);
  } catch (error) {
    if (error instanceof RangeError) return err('it is cut short');
    throw error;
  }
}

/** Offsets in files of class 1 (32 bits) and 2 (64 bits). `sizes`: e_shentsize, e_shnum, e_shstrndx. */
const layouts: Readonly<
  Record<
    number,
    {
      readonly wide: boolean;
      readonly headers: number;
      readonly sizes: number;
      readonly sectionStart: number;
      readonly sectionLength: number;
    }
  >
> = {
  1: { wide: false, headers: 0x20, sizes: 0x2e, sectionStart: 0x10, sectionLength: 0x14 },
  2: { wide: true, headers: 0x28, sizes: 0x3a, sectionStart: 0x18, sectionLength: 0x20 },
};
