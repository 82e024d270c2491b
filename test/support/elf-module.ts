/** A 64-bit little-endian ELF file with nothing but a `.modinfo` section: as much of a kernel module as is read. */
export function elfModule(modinfo: readonly string[], machine = 62): Buffer {
  const info = Buffer.from(`${modinfo.join('\0')}\0`);
  const names = Buffer.from('\0.modinfo\0.shstrtab\0');
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 0, 'latin1');
  header.set([2, 1, 1], 4);
  header.writeUInt16LE(1, 16);
  header.writeUInt16LE(machine, 18);
  header.writeBigUInt64LE(BigInt(64 + info.length + names.length), 0x28);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(3, 0x3c);
  header.writeUInt16LE(2, 0x3e);
  const section = (name: number, offset: number, length: number): Buffer => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(name, 0);
    entry.writeBigUInt64LE(BigInt(offset), 0x18);
    entry.writeBigUInt64LE(BigInt(length), 0x20);
    return entry;
  };
  return Buffer.concat([
    header,
    info,
    names,
    section(0, 0, 0),
    section(1, 64, info.length),
    section(10, 64 + info.length, names.length),
  ]);
}
