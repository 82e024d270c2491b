import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readSignature } from '../../src/elf/read-signature.ts';

const home = mkdtempSync(join(tmpdir(), 'tapbook-signature-'));
afterAll(() => rmSync(home, { recursive: true }));

/** As the kernel's sign-file does it: a detached CMS without certificates behind the module, and what says so. */
function sign(module: Buffer, hash: string, ...more: string[]): Buffer {
  const [key, certificate, content] = ['key', 'cert', 'module'].map(name => join(home, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(content, module);
  openssl(
    'req',
    '-new',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/O=lab/CN=lab signer',
    '-set_serial',
    '0x1234abcd',
    '-keyout',
    key,
    '-out',
    certificate,
  );
  const to = join(home, 'signature');
  openssl(
    'cms',
    '-sign',
    '-binary',
    '-nocerts',
    '-noattr',
    '-md',
    hash,
    '-in',
    content,
    '-signer',
    certificate,
    '-inkey',
    key,
    '-outform',
    'DER',
    '-out',
    to,
    ...more,
  );
  return append(module, readFileSync(to), 2);
}

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function append(module: Buffer, signature: Buffer, kind: number, length = signature.length): Buffer {
  const trailer = Buffer.alloc(12);
  trailer.writeUInt8(kind, 2);
  trailer.writeUInt32BE(length, 8);
  return Buffer.concat([module, signature, trailer, Buffer.from('~Module signature appended~\n')]);
}

const module = Buffer.from('a module');
const signed = sign(module, 'sha256');

test('who signed, with which certificate, over which digest', () => {
  expect(readSignature(signed)).toEqual({ kind: 'PKCS#7', signer: 'lab signer', serial: '1234ABCD', hash: 'sha256' });
  expect(readSignature(sign(module, 'sha512'))).toMatchObject({ hash: 'sha512' });
});

test('a signature by key identifier names nobody', () => {
  expect(readSignature(sign(module, 'sha256', '-keyid'))).toEqual({ kind: 'PKCS#7', hash: 'sha256' });
});

test('no signature', () => {
  expect(readSignature(module)).toBeUndefined();
  expect(readSignature(Buffer.alloc(0))).toBeUndefined();
  expect(readSignature(signed.subarray(0, -1))).toBeUndefined();
  expect(readSignature(append(module, Buffer.from('x'), 2, 0))).toBeUndefined();
  expect(readSignature(append(module, Buffer.from('x'), 2, 1e6))).toBeUndefined();
  expect(readSignature(append(module, Buffer.from('x'), 9))).toBeUndefined();
  expect(readSignature(append(module, Buffer.from('x'), 0))).toEqual({ kind: 'PGP' });
});

test('damaged bytes never throw', () => {
  fc.assert(
    fc.property(fc.nat(signed.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(signed);
      damaged[at] = byte;
      const { kind = 'PKCS#7' } = readSignature(damaged) ?? {};
      expect(['PGP', 'X509', 'PKCS#7']).toContain(kind);
    }),
  );
});
