import { err, ok, type Result } from '../model/result.ts';
import type { ByteSource } from './byte-source.ts';
import { type ElfHeader, type ElfTable, elfHeaderBytes, readElfHeader } from './elf-header.ts';
import {
  type ElfProgramHeader,
  type ElfSectionHeader,
  noBits,
  programHeaderBytes,
  readProgramHeader,
  readSectionHeader,
  sectionHeaderBytes,
  textAt,
} from './elf-tables.ts';

/** An ELF file whose tables are read; parts of it are read when they are asked for. */
export interface ElfFile {
  readonly header: ElfHeader;
  readonly size: number;
  readonly programs: readonly ElfProgramHeader[];
  readonly sections: readonly NamedSection[];
  /** The bytes of a part of the file. The error says why not: it lies outside, or is larger than what any tool makes. */
  read(part: { readonly offset: number; readonly size: number }): Promise<Result<Uint8Array, string>>;
}

export interface NamedSection extends ElfSectionHeader {
  readonly name: string;
}

/** The largest part that is read at once, in bytes: some 2.6 million symbols. */
export const largestPart: number = 64 * 1024 * 1024;

/** Enough for the largest C++ programs, with a section for each function. */
const mostHeaders = 200_000;
const longestName = 256;

/** Reads the header and both tables of an ELF file of any class and byte order. The error is a clause that says why it cannot be. */
export async function openElf(source: ByteSource): Promise<Result<ElfFile, string>> {
  const start = await source.readAt(0, Math.min(source.size, elfHeaderBytes));
  if (!start.ok) return start;
  const header = readElfHeader(start.value);
  if (!header.ok) return header;
  const read: ElfFile['read'] = async ({ offset, size }) => {
    if (offset + size > source.size) return err('it is cut short');
    if (size > largestPart) return err(`a part of it has more than ${largestPart} bytes`);
    if (size === 0) return ok(new Uint8Array());
    const bytes = await source.readAt(offset, size);
    return bytes.ok && bytes.value.length !== size ? err('it is cut short') : bytes;
  };
  const sections = await readSections(header.value, read);
  if (!sections.ok) return sections;
  const { numbers, programs: table } = header.value;
  const count = table.count === moreThanFit ? (sections.value[0]?.info ?? 0) : table.count;
  const programs = await readTable({ ...table, count }, programHeaderBytes(numbers), read);
  if (!programs.ok) return programs;
  return ok({
    header: header.value,
    size: source.size,
    programs: programs.value.map(entry => readProgramHeader(entry, numbers)),
    sections: sections.value,
    read,
  });
}

/** `e_phnum` and `e_shstrndx` of what does not fit into 16 bits: section 0 has it (`man 5 elf`, PN_XNUM and SHN_XINDEX). */
const moreThanFit = 0xffff;

async function readSections(
  { numbers, sections: table, namesIndex }: ElfHeader,
  read: ElfFile['read'],
): Promise<Result<readonly NamedSection[], string>> {
  if (table.offset === 0) return ok([]);
  const entryBytes = sectionHeaderBytes(numbers);
  let { count } = table;
  if (count === 0) {
    const first = await readTable({ ...table, count: 1 }, entryBytes, read);
    if (!first.ok) return first;
    count = first.value.map(entry => readSectionHeader(entry, numbers).size)[0] ?? 0;
  }
  const entries = await readTable({ ...table, count }, entryBytes, read);
  if (!entries.ok) return entries;
  const headers = entries.value.map(entry => readSectionHeader(entry, numbers));
  const nameHeader = headers[namesIndex === moreThanFit ? (headers[0]?.link ?? 0) : namesIndex];
  const names = nameHeader === undefined || nameHeader.type === noBits ? ok(new Uint8Array()) : await read(nameHeader);
  if (!names.ok) return names;
  return ok(headers.map(one => ({ ...one, name: textAt(names.value, one.nameAt, longestName) ?? '' })));
}

async function readTable(
  { offset, entryBytes, count }: ElfTable,
  leastBytes: number,
  read: ElfFile['read'],
): Promise<Result<readonly Uint8Array[], string>> {
  if (offset === 0 || count === 0) return ok([]);
  if (entryBytes < leastBytes) return err('its headers are too short');
  if (count > mostHeaders) return err(`it has more than ${mostHeaders} headers`);
  const bytes = await read({ offset, size: count * entryBytes });
  if (!bytes.ok) return bytes;
  return ok(
    Array.from({ length: count }, (_, index) => bytes.value.subarray(index * entryBytes, (index + 1) * entryBytes)),
  );
}

/** The bytes of the section of that name; undefined where there is none, or none with bytes in this file. */
export async function readSection(
  file: ElfFile,
  name: string,
): Promise<Result<{ readonly header: NamedSection; readonly bytes: Uint8Array } | undefined, string>> {
  const header = file.sections.find(section => section.name === name && section.type !== noBits);
  if (header === undefined) return ok(undefined);
  const bytes = await file.read(header);
  return bytes.ok ? ok({ header, bytes: bytes.value }) : bytes;
}
