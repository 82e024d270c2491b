import { printableLine } from '../model/printable-text.ts';

/** A module's signature, in the terms of `modinfo`. */
export interface ModuleSignature {
  /** `modinfo -F sig_id` */
  readonly kind: 'PGP' | 'X509' | 'PKCS#7';
  /** `modinfo -F signer`: the common name of the certificate's issuer; undefined where the signature has none. */
  readonly signer?: string;
  /** `modinfo -F sig_key`, without its colons: the certificate's serial number. */
  readonly serial?: string;
  /** `modinfo -F sig_hashalgo` */
  readonly hash?: string;
}

/**
 * Reads a module's appended signature (linux/include/linux/module_signature.h): the signature itself, a `struct
 * module_signature` of twelve bytes, with the kind in its third byte and the length, big-endian, in its last four, and a
 * line of text. Undefined where there is none. Only the kernel checks whether it is valid.
 */
export function readSignature(module: Uint8Array): ModuleSignature | undefined {
  const end = module.length - mark.length - 12;
  if (end < 0 || Buffer.from(module.subarray(-mark.length)).toString('latin1') !== mark) return undefined;
  const view = new DataView(module.buffer, module.byteOffset + end, 12);
  const kind = (['PGP', 'X509', 'PKCS#7'] as const)[view.getUint8(2)];
  const length = view.getUint32(8);
  if (kind === undefined || length === 0 || length > end) return undefined;
  return { kind, ...(kind === 'PKCS#7' ? readSignerInfo(module.subarray(end - length, end)) : {}) };
}

const mark = '~Module signature appended~\n';

/** The first signer of a PKCS#7 message in DER (RFC 5652 §5). Parts that cannot be read are absent. */
function readSignerInfo(message: Uint8Array): Omit<ModuleSignature, 'kind'> {
  const signedData = parts(parts(parts(message)[0])[1])[0];
  const signerInfo = parts(parts(signedData).at(-1))[0];
  const [, identifier, digest] = parts(signerInfo);
  const [issuer, serial] = identifier?.tag === sequence ? parts(identifier) : [];
  const commonName = parts(issuer)
    .flatMap(set => parts(set))
    .map(attribute => parts(attribute))
    .find(([name]) => hexOf(name) === '550403')?.[1];
  const hash = digests[hexOf(parts(digest)[0])];
  return {
    ...(commonName === undefined ? {} : { signer: printable(commonName.bytes) }),
    ...(serial === undefined ? {} : { serial: hexOf(serial).toUpperCase() }),
    ...(hash === undefined ? {} : { hash }),
  };
}

/** By their object identifiers in hexadecimal. */
const digests: Readonly<Record<string, string>> = {
  '2b0e03021a': 'sha1',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
  '608648016503040204': 'sha224',
};

const sequence = 0x30;

interface Part {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** The parts of a constructed DER value, as far as they are complete. */
function parts(of: Part | Uint8Array | undefined): readonly Part[] {
  const bytes = of instanceof Uint8Array ? of : (of?.bytes ?? new Uint8Array());
  const found: Part[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const extra = first < 0x80 ? 0 : first & 0x7f;
    // DER has no indefinite lengths.
    if (first === 0x80 || extra > 4 || at + 2 + extra > bytes.length) break;
    const size = bytes.subarray(at + 2, at + 2 + extra).reduce((sum, byte) => sum * 256 + byte, 0);
    const start = at + 2 + extra;
    const end = start + (extra === 0 ? first : size);
    if (end > bytes.length) break;
    found.push({ tag, bytes: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

function hexOf(part: Part | undefined): string {
  return Buffer.from(part?.bytes ?? []).toString('hex');
}

/** Text from another machine, as one bounded line. */
function printable(bytes: Uint8Array): string {
  return printableLine(Buffer.from(bytes).toString('utf8'), 64);
}
