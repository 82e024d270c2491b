import { open } from 'node:fs/promises';
import { openElf } from '../../elf/open-elf.ts';
import { readBuildId } from '../../elf/read-build-id.ts';
import type { ElfBuildId } from '../../model/ids.ts';
import { ok } from '../../model/result.ts';

/** The build-id of a file here, of which only headers and notes are read; undefined where it has none. */
export async function readFileBuildId(path: string): Promise<ElfBuildId | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const elf = await openElf({
      size,
      async readAt(offset, length) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return ok(buffer.subarray(0, bytesRead));
      },
    });
    const found = elf.ok ? await readBuildId(elf.value) : elf;
    return found.ok ? found.value : undefined;
  } finally {
    await file.close();
  }
}
