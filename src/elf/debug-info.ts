import type { BinaryDebugInfo } from '../model/binary-probes.ts';
import { ok, type Result } from '../model/result.ts';
import { noBits, textAt } from './elf-tables.ts';
import { type ElfFile, readSection } from './open-elf.ts';

/** What the file has of debuginfo: DWARF in `.debug_info`, or in `.zdebug_info` as older linkers compress it, and `.gnu_debuglink`. */
export async function readDebugInfo(file: ElfFile): Promise<Result<BinaryDebugInfo, string>> {
  const has = (wanted: string): boolean =>
    file.sections.some(({ name, type, size }) => name === wanted && type !== noBits && size > 0);
  const link = await readSection(file, '.gnu_debuglink');
  if (!link.ok) return link;
  const name = link.value === undefined ? undefined : textAt(link.value.bytes, 0, longestName);
  return ok({
    dwarf: has('.debug_info') || has('.zdebug_info') ? 'own' : 'none',
    ...(name === undefined || name === '' ? {} : { link: Buffer.from(name, 'latin1').toString('utf8') }),
    miniDebugInfo: has('.gnu_debugdata'),
  });
}

const longestName = 255;
