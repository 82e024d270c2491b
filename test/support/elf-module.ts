/** The classes and byte orders of ELF files, by machines that have them. */
export type ElfForm = 'like-x86_64' | 'like-i686' | 'like-s390x';

/** An ELF file with nothing but a `.modinfo` section: as much of a kernel module as is read. */
export function elfModule(modinfo: readonly string[], machine = 62, form: ElfForm = 'like-x86_64'): Buffer {
  const is32 = form === 'like-i686';
  const little = form !== 'like-s390x';
  const info = Buffer.from(`${modinfo.join('\0')}\0`);
  const names = Buffer.from('\0.modinfo\0.shstrtab\0');
  const header = Buffer.alloc(is32 ? 52 : 64);
  header.write('\x7fELF', 0, 'latin1');
  header.set([is32 ? 1 : 2, little ? 1 : 2, 1], 4);
  const half = (value: number, at: number) =>
    little ? header.writeUInt16LE(value, at) : header.writeUInt16BE(value, at);
  const wide = (buffer: Buffer, value: number, at: number): void => {
    if (is32) buffer.writeUInt32LE(value, at);
    else if (little) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeBigUInt64BE(BigInt(value), at);
  };
  half(1, 16);
  half(machine, 18);
  wide(header, header.length + info.length + names.length, is32 ? 0x20 : 0x28);
  const [size, sizes] = is32 ? [40, 0x2e] : [64, 0x3a];
  half(size, sizes);
  half(3, sizes + 2);
  half(2, sizes + 4);
  const section = (name: number, offset: number, length: number): Buffer => {
    const entry = Buffer.alloc(size);
    if (little) entry.writeUInt32LE(name, 0);
    else entry.writeUInt32BE(name, 0);
    wide(entry, offset, is32 ? 0x10 : 0x18);
    wide(entry, length, is32 ? 0x14 : 0x20);
    return entry;
  };
  return Buffer.concat([
    header,
    info,
    names,
    section(0, 0, 0),
    section(1, header.length, info.length),
    section(10, header.length + info.length, names.length),
  ]);
}
