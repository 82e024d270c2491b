/** Reads the numbers of an ELF file of one class and byte order. A number outside of the bytes throws a RangeError: callers check first. */
export interface ElfNumbers {
  /** 4 or 8: the bytes of an address. */
  readonly addressBytes: 4 | 8;
  half(bytes: Uint8Array, at: number): number;
  word(bytes: Uint8Array, at: number): number;
  /** An address, offset or size, by the class; exact up to 2^53. What is larger lies outside of every file. */
  wide(bytes: Uint8Array, at: number): number;
  /** Exact. */
  address(bytes: Uint8Array, at: number): bigint;
}

/** By the fifth and sixth byte of a file (EI_CLASS and EI_DATA of elf.h); undefined for what no machine has. */
export function elfNumbers(fileClass: number, byteOrder: number): ElfNumbers | undefined {
  if ((fileClass !== 1 && fileClass !== 2) || (byteOrder !== 1 && byteOrder !== 2)) return undefined;
  const little = byteOrder === 1;
  const address =
    fileClass === 1
      ? (bytes: Uint8Array, at: number) => BigInt(viewOf(bytes).getUint32(at, little))
      : (bytes: Uint8Array, at: number) => viewOf(bytes).getBigUint64(at, little);
  return {
    addressBytes: fileClass === 1 ? 4 : 8,
    half: (bytes, at) => viewOf(bytes).getUint16(at, little),
    word: (bytes, at) => viewOf(bytes).getUint32(at, little),
    wide: (bytes, at) => Number(address(bytes, at)),
    address,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
