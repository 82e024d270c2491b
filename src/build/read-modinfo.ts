import { err, ok, type Result } from '../model/result.ts';

/** What a module says of itself in its `.modinfo` section. */
export interface ModuleInfo {
  readonly name: string;
  /** Such as `6.1.0-56-cloud-amd64 SMP preempt mod_unload modversions`. */
  readonly vermagic: string;
  /** The ELF header's machine, by its number in elf.h. */
  readonly elfMachine: number;
  readonly parameters: readonly ModuleParameter[];
  /** What is appended to it: the kind of signature, as `modinfo -F sig_id` says it, and its length in bytes. */
  readonly signature?: { readonly kind: 'PGP' | 'X509' | 'PKCS#7'; readonly bytes: number };
}

export interface ModuleParameter {
  readonly name: string;
  /** As the kernel's module_param names it: `int`, `long`, `string`, …; SystemTap's scripts have `int64_t` and `string`. */
  readonly type: string;
}

/** Reads a 64-bit little-endian ELF kernel module (`man 5 elf`). The error says why it is none. */
export function readModinfo(module: Uint8Array): Result<ModuleInfo, string> {
  const section = findSection(module, '.modinfo');
  if (!section.ok) return section;
  const entries = Buffer.from(section.value)
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
  const elfMachine = new DataView(module.buffer, module.byteOffset).getUint16(18, true);
  const signature = findSignature(module);
  return ok({
    name: values('name')[0] ?? '',
    vermagic,
    elfMachine,
    parameters,
    ...(signature === undefined ? {} : { signature }),
  });
}

/**
 * Behind a signed module stand the signature, a `struct module_signature` of twelve bytes, the third of which is the kind
 * and the last four the length (big-endian), and this text (linux/include/linux/module_signature.h).
 */
function findSignature(module: Uint8Array): ModuleInfo['signature'] {
  const end = module.length - signatureMark.length;
  if (end < 12 || Buffer.from(module.subarray(end)).toString('latin1') !== signatureMark) return undefined;
  const view = new DataView(module.buffer, module.byteOffset + end - 12, 12);
  const kind = (['PGP', 'X509', 'PKCS#7'] as const)[view.getUint8(2)];
  const bytes = view.getUint32(8);
  return kind === undefined || bytes === 0 || bytes > end - 12 ? undefined : { kind, bytes };
}

const signatureMark = '~Module signature appended~\n';

function findSection(module: Uint8Array, wanted: string): Result<Uint8Array, string> {
  const view = new DataView(module.buffer, module.byteOffset, module.byteLength);
  try {
    if (view.getUint32(0) !== 0x7f454c46) return err('it is no ELF file');
    if (view.getUint8(4) !== 2 || view.getUint8(5) !== 1) return err('it is not 64-bit little-endian ELF');
    const headers = Number(view.getBigUint64(0x28, true));
    const size = view.getUint16(0x3a, true);
    const count = view.getUint16(0x3c, true);
    const header = (index: number): { name: number; offset: number; length: number } => {
      const at = headers + index * size;
      return {
        name: view.getUint32(at, true),
        offset: Number(view.getBigUint64(at + 0x18, true)),
        length: Number(view.getBigUint64(at + 0x20, true)),
      };
    };
    const names = header(view.getUint16(0x3e, true));
    for (let index = 0; index < count; index++) {
      const { name, offset, length } = header(index);
      const start = names.offset + name;
      const text = Buffer.from(module.subarray(start, start + wanted.length + 1)).toString('latin1');
      if (text === `${wanted}\0`) return ok(module.subarray(offset, offset + length));
    }
    return err(`it has no section ${wanted}`);
  } catch (error) {
    if (error instanceof RangeError) return err('it is cut short');
    throw error;
  }
}
