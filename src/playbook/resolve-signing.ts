import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Signing } from '../model/build-options.ts';
import type { Resolving } from './resolving.ts';
import type { Signing as WrittenSigning } from './written-playbook.ts';

/** In bytes; a certificate has one or two thousand. */
const largest = 64 * 1024;

/** Reads the certificate that modules are signed with. The key stays on the build host. Problems are reported. */
export async function resolveSigning(
  written: WrittenSigning | undefined,
  path: readonly (string | number)[],
  { tree, report, confinement }: Resolving,
): Promise<Signing | undefined> {
  if (written === undefined) return undefined;
  const { cert, hash = 'sha256', key } = written;
  const file = isAbsolute(cert) ? cert : join(dirname(tree.source.path), cert);
  const place = tree.place([...path, 'cert'], 'value');
  const fail = (message: string): undefined => {
    const cure = 'name the certificate, PEM or DER, relative to the playbook; it is public and belongs into git';
    report({ severity: 'error', code: 'bad-certificate', message, cure, place });
    return undefined;
  };
  const { isRead, findings } = confinement.admit(file, { folder: dirname(tree.source.path), place });
  findings.forEach(report);
  if (!isRead) return undefined;
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > largest) return fail(`${file} is no certificate`);
    const bytes = await readFile(file);
    const isPem = bytes.includes('-----BEGIN CERTIFICATE-----');
    if (bytes.includes('PRIVATE KEY-----')) return fail(`${file} holds a private key, which must not leave its host`);
    // DER begins with a SEQUENCE.
    if (!isPem && bytes[0] !== 0x30) return fail(`${file} is no certificate`);
    return { key, hash, certificate: { path: file, base64: bytes.toString('base64') } };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(code === 'ENOENT' ? `there is no file ${file}` : `cannot read ${file}: ${message}`);
  }
}
