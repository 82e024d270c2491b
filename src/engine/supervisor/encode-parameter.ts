/**
 * Writes `name=value` so that the kernel's parser of module parameters (`next_arg` in lib/cmdline.c) reads exactly this
 * value. The parser ends a value at white space outside of double quotes, takes what follows for another parameter, and
 * has no escape for a quote. Undefined where the value cannot be written so that it is read back whole.
 */
export function encodeParameter(name: string, value: string): string | undefined {
  const plain = `${name}=${value}`;
  if (isReadBack(plain, name, value)) return plain;
  const quoted = `${name}="${value}"`;
  return isReadBack(quoted, name, value) ? quoted : undefined;
}

function isReadBack(written: string, name: string, value: string): boolean {
  const bytes = Buffer.from(written);
  let inQuotes = false;
  for (const byte of bytes) {
    if (isKernelSpace(byte) && !inQuotes) return false;
    if (byte === 0x22) inQuotes = !inQuotes;
  }
  // A quote that stays open would swallow the parameters behind it.
  if (inQuotes) return false;
  let read = bytes.subarray(Buffer.byteLength(name) + 1);
  if (read[0] === 0x22) {
    read = read.subarray(1);
    if (bytes.at(-1) === 0x22) read = read.subarray(0, -1);
  }
  return read.equals(Buffer.from(value));
}

/** `isspace` of the kernel's lib/ctype.c reads bytes as Latin-1: 0xa0, a part of many UTF-8 letters, is a space. */
function isKernelSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xa0;
}
