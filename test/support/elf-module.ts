import { type ElfForm, elfFile } from './elf-file.ts';

/** An ELF file with nothing but a `.modinfo` section: as much of a kernel module as is read. */
export function elfModule(modinfo: readonly string[], machine = 62, form: ElfForm = 'like-x86_64'): Buffer {
  return elfFile([{ name: '.modinfo', type: 1, bytes: Buffer.from(`${modinfo.join('\0')}\0`) }], machine, form);
}
