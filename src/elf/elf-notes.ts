import type { ElfNumbers } from './elf-numbers.ts';

/** One note of a segment or section of notes (`man 5 elf`, Nhdr). */
export interface ElfNote {
  /** Without its NUL: `GNU`, `stapsdt`. */
  readonly owner: string;
  readonly type: number;
  readonly description: Uint8Array;
}

/** The notes in the bytes of a segment or section, up to the first that is cut short. `align`: its own, of which only 8 counts. */
export function* readNotes(bytes: Uint8Array, { word }: ElfNumbers, align: number): Generator<ElfNote, void, void> {
  const padding = align === 8 ? 8 : 4;
  const pad = (size: number): number => Math.ceil(size / padding) * padding;
  for (let at = 0; at + 12 <= bytes.length; ) {
    const [ownerBytes, descriptionBytes] = [word(bytes, at), word(bytes, at + 4)];
    const from = at + pad(12 + ownerBytes);
    if (from + descriptionBytes > bytes.length) return;
    const owner = Buffer.from(bytes.subarray(at + 12, at + 12 + Math.min(ownerBytes, longestOwner))).toString('latin1');
    yield {
      owner: owner.replace(/\0.*$/s, ''),
      type: word(bytes, at + 8),
      description: bytes.subarray(from, from + descriptionBytes),
    };
    at = from + pad(descriptionBytes);
  }
}

const longestOwner = 64;
