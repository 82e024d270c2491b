import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import type { KnownHost } from '../known-hosts/read-known-hosts.ts';

/**
 * What is offered to a server: that with which a host is known first, as ssh does, since it may show a key of another
 * type otherwise, which is not known. Curve25519 and AES-GCM cost the least. No compression: modules are small, and the
 * CPU is shared by all hosts. `only` asks for a host key of that type. SHA-1 signatures are left out, as in OpenSSH since 8.8.
 */
export function algorithmsFor({ lines, anyPort }: KnownHost, only?: string): Algorithms {
  const known = [...lines, ...anyPort]
    .filter(line => line.marker === 'none')
    .flatMap(line => hostKeyAlgorithms[line.type] ?? []);
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
    ],
    serverHostKey:
      only === undefined
        ? [...new Set([...known, ...Object.values(hostKeyAlgorithms).flat()])]
        : [...(hostKeyAlgorithms[only] ?? [])],
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      'chacha20-poly1305@openssh.com',
    ],
    compress: ['none'],
  };
}

/** By a key's type in known_hosts, the signatures that are made with it. */
const hostKeyAlgorithms: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** The types of host keys that are known here, as known_hosts writes them. */
export const hostKeyTypes: readonly string[] = Object.keys(hostKeyAlgorithms);
