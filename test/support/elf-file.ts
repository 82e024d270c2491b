/** The classes and byte orders of ELF files, by machines that have them. */
export type ElfForm = 'like-x86_64' | 'like-i686' | 'like-s390x' | 'like-ppc';

export interface WrittenSection {
  readonly name: string;
  /** `sh_type` of elf.h. */
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly address?: bigint;
  /** The name of the section that it points to, as a table of symbols to its names. */
  readonly link?: string;
  /** It is in a segment of that type, too. */
  readonly segment?: number;
  /** Of the segment; default 4. */
  readonly align?: number;
}

/** An ELF file with these sections, then its names and headers; segments have headers right behind the file's own. */
export function elfFile(sections: readonly WrittenSection[], machine: number, form: ElfForm): Buffer {
  const { bits, write, half, word, wide } = elfWriter(form);
  const is32 = bits === 32;
  const [headerBytes, sectionBytes, segmentBytes] = is32 ? [52, 40, 32] : [64, 64, 56];
  const segments = sections.filter(({ segment }) => segment !== undefined);
  const names = ['', ...sections.map(({ name }) => name), '.shstrtab'];
  const all: readonly WrittenSection[] = [
    ...sections,
    { name: '.shstrtab', type: 3, bytes: Buffer.from(`${names.join('\0')}\0`) },
  ];
  const starts: number[] = [];
  let end = headerBytes + segments.length * segmentBytes;
  for (const { bytes } of all) {
    starts.push(end);
    end += Math.ceil(bytes.length / 8) * 8;
  }
  const startOf = (section: WrittenSection): number => starts[all.indexOf(section)] ?? 0;
  const ident = Buffer.from([0x7f, 0x45, 0x4c, 0x46, is32 ? 1 : 2, write === 'little' ? 1 : 2, 1, ...Array(9).fill(0)]);
  const header = Buffer.concat([
    ident,
    ...[half(3), half(machine), word(1), wide(0), wide(segments.length === 0 ? 0 : headerBytes), wide(end), word(0)],
    ...[headerBytes, segmentBytes, segments.length, sectionBytes, all.length + 1, all.length].map(half),
  ]);
  const segmentHeaders = segments.map(one => {
    const [start, size, align] = [wide(startOf(one)), wide(one.bytes.length), wide(one.align ?? 4)];
    return is32
      ? [word(one.segment ?? 0), start, wide(0), wide(0), size, size, word(4), align]
      : [word(one.segment ?? 0), word(4), start, wide(0), wide(0), size, size, align];
  });
  const sectionHeaders = all.map((one, index) => [
    word(names.slice(0, index + 1).join('\0').length + 1),
    word(one.type),
    ...[0, one.address ?? 0n, startOf(one), one.bytes.length].map(wide),
    word(one.link === undefined ? 0 : names.indexOf(one.link)),
    ...[word(0), wide(4), wide(0)],
  ]);
  const padded = all.flatMap(({ bytes }) => [bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
  return Buffer.concat([
    header,
    ...segmentHeaders.flat(),
    ...padded,
    Buffer.alloc(sectionBytes),
    ...sectionHeaders.flat(),
  ]);
}

interface ElfWriter {
  readonly bits: 32 | 64;
  readonly write: 'little' | 'big';
  half(value: number | bigint): Buffer;
  word(value: number | bigint): Buffer;
  /** An address, offset or size. */
  wide(value: number | bigint): Buffer;
}

/** Numbers as a file of that form has them. */
export function elfWriter(form: ElfForm): ElfWriter {
  const bits = form === 'like-i686' || form === 'like-ppc' ? 32 : 64;
  const write = form === 'like-x86_64' || form === 'like-i686' ? 'little' : 'big';
  const bytesOf = (size: number) => (value: number | bigint) => {
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; at++) {
      bytes[write === 'little' ? at : size - 1 - at] = Number((BigInt(value) >> BigInt(8 * at)) & 0xffn);
    }
    return bytes;
  };
  return { bits, write, half: bytesOf(2), word: bytesOf(4), wide: bytesOf(bits / 8) };
}

/** A note; `align` is 4, or 8 as `.note.gnu.property` has it. */
export function elfNote(form: ElfForm, owner: string, type: number, description: Uint8Array, align = 4): Buffer {
  const { word } = elfWriter(form);
  const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((align - (bytes.length % align)) % align)]);
  const head = Buffer.concat([word(owner.length + 1), word(description.length), word(type), Buffer.from(`${owner}\0`)]);
  return Buffer.concat([pad(head), pad(Buffer.from(description))]);
}

/** A mark as `sys/sdt.h` writes it. */
export function sdtNote(
  form: ElfForm,
  mark: {
    readonly provider: string;
    readonly name: string;
    readonly arguments?: string;
    readonly pc?: bigint;
    readonly base?: bigint;
    readonly semaphore?: bigint;
  },
): Buffer {
  const { wide } = elfWriter(form);
  const texts = Buffer.from(`${mark.provider}\0${mark.name}\0${mark.arguments ?? ''}\0`);
  const addresses = [mark.pc, mark.base, mark.semaphore].map(address => wide(address ?? 0));
  return elfNote(form, 'stapsdt', 3, Buffer.concat([...addresses, texts]));
}

/** A table of symbols and its names: each a function (type 2, in section 1) unless it says otherwise. */
export function elfSymbols(
  form: ElfForm,
  symbols: readonly (string | { readonly name: string; readonly type?: number; readonly section?: number })[],
): { readonly symbols: Buffer; readonly names: Buffer } {
  const { half, word, wide, bits } = elfWriter(form);
  const written = symbols.map(one => (typeof one === 'string' ? { name: one } : one));
  let at = 1;
  const entries = written.map(({ name, type = 2, section = 1 }) => {
    const start = word(at);
    at += Buffer.byteLength(name) + 1;
    const info = Buffer.from([0x10 | type, 0]);
    return bits === 32
      ? [start, wide(0x1000), wide(16), info, half(section)]
      : [start, info, half(section), wide(0x1000), wide(16)];
  });
  return {
    symbols: Buffer.concat([Buffer.alloc(bits === 32 ? 16 : 24), ...entries.flat()]),
    names: Buffer.from(`\0${written.map(({ name }) => `${name}\0`).join('')}`),
  };
}

/** A program with that build-id, of at least that many bytes, which are not all alike. */
export function elfProgram(buildId: string, bytes = 0): Buffer {
  const note = elfNote('like-x86_64', 'GNU', 3, Buffer.from(buildId, 'hex'));
  const filling = Buffer.alloc(bytes, 'abcdefg');
  const sections: readonly WrittenSection[] = [
    { name: '.note.gnu.build-id', type: 7, bytes: note, segment: 4 },
    { name: '.text', type: 1, bytes: filling },
  ];
  return elfFile(sections, 62, 'like-x86_64');
}
