import type { MarkerArgument } from '../model/binary-probes.ts';
import { ok, type Result } from '../model/result.ts';
import { readNotes } from './elf-notes.ts';
import { textAt } from './elf-tables.ts';
import { type ElfFile, readSection } from './open-elf.ts';
import { readSdtArguments } from './sdt-arguments.ts';

/** One place of a mark, a static probe of `sys/sdt.h`. A mark may have several: where it was inlined or unrolled. */
export interface SdtNote {
  readonly provider: string;
  readonly name: string;
  /** The address of its `nop`, as the file's segments have it. */
  readonly pc: bigint;
  /** The address of the counter that says whether anybody listens; undefined where it has none. */
  readonly semaphore?: bigint;
  readonly arguments: readonly MarkerArgument[];
}

/**
 * The notes of `.note.stapsdt`, in the order of the file: pc, base and semaphore as addresses, then three texts. Where the
 * section `.stapsdt.base` is not at the note's base, prelink has moved the program, and both addresses go with it.
 */
export async function readSdtNotes(file: ElfFile): Promise<Result<readonly SdtNote[], string>> {
  const section = await readSection(file, '.note.stapsdt');
  if (!section.ok) return section;
  if (section.value === undefined) return ok([]);
  const base = file.sections.find(({ name }) => name === '.stapsdt.base')?.address;
  const notes: SdtNote[] = [];
  for (const { owner, type, description } of readNotes(section.value.bytes, file.header.numbers, 4)) {
    if (owner !== 'stapsdt' || type !== stapsdtType) continue;
    const note = readNote(description, file, base);
    if (note !== undefined) notes.push(note);
    if (notes.length === mostNotes) break;
  }
  return ok(notes);
}

function readNote(bytes: Uint8Array, { header: { numbers } }: ElfFile, base: bigint | undefined): SdtNote | undefined {
  const { address, addressBytes } = numbers;
  if (bytes.length < 3 * addressBytes) return undefined;
  const texts: string[] = [];
  for (let at = 3 * addressBytes; texts.length < 3; at += (texts.at(-1)?.length ?? 0) + 1) {
    const text = textAt(bytes, at, longestText);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  const [provider = '', name = '', argumentText = ''] = texts;
  const linkedBase = address(bytes, addressBytes);
  const moved = base === undefined || base === 0n || linkedBase === 0n ? 0n : base - linkedBase;
  const at = (linked: bigint): bigint => BigInt.asUintN(8 * addressBytes, linked + moved);
  const semaphore = address(bytes, 2 * addressBytes);
  return {
    provider,
    name,
    pc: at(address(bytes, 0)),
    ...(semaphore === 0n ? {} : { semaphore: at(semaphore) }),
    arguments: readSdtArguments(argumentText),
  };
}

/** `NT_STAPSDT`. */
const stapsdtType = 3;
/** PostgreSQL has some 150, a JVM 600. */
const mostNotes = 100_000;
const longestText = 4096;
