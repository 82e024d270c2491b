import { createPrivateKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { readKeyFile } from '../../../src/transport/ssh/keys/read-key.ts';
import { indexKnownHosts } from '../../../src/transport/ssh/known-hosts/index-known-hosts.ts';
import { judgeHostKey, parseKnownHosts } from '../../../src/transport/ssh/known-hosts/known-hosts.ts';
import type { Reader } from '../reader.ts';
import { once } from './examples.ts';

const publicBytes = Buffer.from('27b47ad0d1da4ff3d1ddbf77fb0ff0a1c2ff4d7c3fb0b3be2b5f0d2a3f0c7e11', 'hex');
const publicBlob = fields('ssh-ed25519', publicBytes);
const publicKey = `ssh-ed25519 ${publicBlob.toString('base64')}`;

export const keyFiles: readonly Reader[] = [
  {
    name: 'known-hosts',
    examples: () => [
      `db1,10.0.0.7 ${publicKey}\n[db2]:2222 ${publicKey}\n|1|k2Uu5ZpWVmUEMY6RtxWIYyxkUKw=|2FNH3WUEU5wHtW4FWcAFyQYbzPY= ${publicKey}\n@revoked *.old ${publicKey}\n@cert-authority * ${publicKey}\n# x\n`,
    ],
    read(text) {
      const about = indexKnownHosts(parseKnownHosts('known_hosts', text));
      for (const name of ['db1', '[db2]:2222', 'a'.repeat(255)]) judgeHostKey(about(name), about('db1'), publicBlob);
    },
  },
  {
    name: 'key',
    largest: 300_000,
    examples: once(() => [
      openSshKey('none', fields()),
      openSshKey('aes256-ctr', Buffer.concat([fields('salt-salt-salt-s'), Buffer.from([0, 0, 0, 16])])),
      pem('RSA', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n'),
      String(createPrivateKey({ key: curve, format: 'jwk' }).export({ type: 'sec1', format: 'pem' })),
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 2\nAAAA\nBBBB\nPrivate-Lines: 1\nCCCC\nPrivate-MAC: 00\n',
      `${publicKey} ops@db1\n`,
    ]),
    async read(text, folder) {
      mkdirSync(folder, { recursive: true });
      for (const name of ['k', 'k.pub']) writeFileSync(join(folder, name), text, { mode: 0o600 });
      await readKeyFile(join(folder, 'k'), ssh2);
    },
  },
];

/** A key of nobody. */
const curve = {
  kty: 'EC',
  crv: 'P-256',
  d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};

/** As PROTOCOL.key of OpenSSH has it; with a cipher, what is enciphered is not. */
function openSshKey(cipher: string, options: Buffer): string {
  const inner = Buffer.concat([
    Buffer.from('0011223300112233', 'hex'),
    fields('ssh-ed25519', publicBytes, Buffer.concat([publicBytes, publicBytes]), 'nobody'),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, index) => index + 1));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    fields(cipher, cipher === 'none' ? 'none' : 'bcrypt', options),
    Buffer.from([0, 0, 0, 1]),
    fields(publicBlob, Buffer.concat([inner, padding])),
  ]);
  return pem('OPENSSH', `${body.toString('base64')}\n`);
}

function pem(kind: string, body: string): string {
  return `-----BEGIN ${kind} PRIVATE KEY-----\n${body}-----END ${kind} PRIVATE KEY-----\n`;
}

/** Each with its length before it. */
function fields(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap(part => {
      const bytes = Buffer.from(part as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
