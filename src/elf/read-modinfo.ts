import { err, ok, type Result } from '../model/result.ts';
import { findElfSection } from './elf-section.ts';
import { type ModuleSignature, readSignature } from './read-signature.ts';

/** A module's `.modinfo` section. */
export interface ModuleInfo {
  readonly name: string;
  /** Such as `6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions`. */
  readonly vermagic: string;
  /** The ELF header's machine, by its number in elf.h. */
  readonly elfMachine: number;
  readonly parameters: readonly ModuleParameter[];
  readonly signature?: ModuleSignature;
}

export interface ModuleParameter {
  readonly name: string;
  /** As the kernel's module_param names it: `int`, `long`, `string`, …; SystemTap's scripts have `int64_t` and `string`. */
  readonly type: string;
}

/** Reads a kernel module for any machine. The error says why it is not one. */
export function readModinfo(module: Uint8Array): Result<ModuleInfo, string> {
  const section = findElfSection(module, '.modinfo');
  if (!section.ok) return section;
  const entries = Buffer.from(section.value.bytes)
    .toString('latin1')
    .split('\0')
    .filter(entry => entry.includes('='));
  const values = (key: string): string[] =>
    entries
      .filter(entry => entry.startsWith(`${key}=`))
      .map(entry => Buffer.from(entry.slice(key.length + 1), 'latin1').toString('utf8'));
  const vermagic = values('vermagic')[0];
  if (vermagic === undefined) return err('it has no vermagic');
  const parameters = values('parmtype').map(text => {
    const colon = text.indexOf(':');
    return { name: text.slice(0, colon), type: text.slice(colon + 1) };
  });
  const signature = readSignature(module);
  return ok({
    name: values('name')[0] ?? '',
    vermagic,
    elfMachine: section.value.machine,
    parameters,
    ...(signature === undefined ? {} : { signature }),
  });
}
