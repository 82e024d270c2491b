import { createHash, createHmac, randomBytes } from 'node:crypto';

/** What the known_hosts files say of a key that a host has shown. */
export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly expected: KnownHostLine }
  | { readonly kind: 'revoked'; readonly line: KnownHostLine }
  /** Known only by the authority that signs its certificate; ssh2 reads none. */
  | { readonly kind: 'authority-only'; readonly line: KnownHostLine };

/** One line of a known_hosts file (`man 8 sshd`, SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostLine {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  readonly patterns: string;
  readonly type: string;
  readonly key: string;
}

/** Reads a known_hosts file; lines that are no entries are passed over, as ssh does. */
export function parseKnownHosts(file: string, text: string): readonly KnownHostLine[] {
  const lines: KnownHostLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const fields = raw.trim().split(/\s+/);
    if (fields[0] === undefined || fields[0] === '' || fields[0].startsWith('#')) continue;
    let marker: KnownHostLine['marker'] = 'none';
    if (fields[0] === '@revoked') marker = 'revoked';
    if (fields[0] === '@cert-authority') marker = 'cert-authority';
    if (fields[0].startsWith('@')) {
      if (marker === 'none') continue;
      fields.shift();
    }
    const [patterns, type, key] = fields;
    if (patterns === undefined || type === undefined || key === undefined) continue;
    lines.push({ file, line: index + 1, marker, patterns, type, key });
  }
  return lines;
}

/** A line for a new entry; a hashed one does not tell whose it is (`ssh-keygen -H`). */
export function writeKnownHost(name: string, type: string, key: string, entries: 'plain' | 'hashed'): string {
  const lowerCase = name.toLowerCase();
  if (entries === 'plain') return `${lowerCase} ${type} ${key}`;
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${hashName(salt, lowerCase)} ${type} ${key}`;
}

/**
 * Judges the key that a host has shown, by the lines about its name. `anyPort` are those about its name without the
 * port: as in ssh they count only where there is none with it, and another key in them says nothing about this port.
 */
export function judgeHostKey(
  lines: readonly KnownHostLine[],
  anyPort: readonly KnownHostLine[],
  key: Buffer,
): HostKeyVerdict {
  const shown = key.toString('base64');
  const isShown = (line: KnownHostLine): boolean => line.key === shown;
  const both = [...lines, ...anyPort];
  const revoked = both.find(line => line.marker === 'revoked' && isShown(line));
  if (revoked !== undefined) return { kind: 'revoked', line: revoked };
  const plain = lines.filter(line => line.marker === 'none');
  if (plain.some(isShown)) return { kind: 'known' };
  const type = hostKeyType(key);
  const expected = plain.find(line => line.type === type) ?? plain[0];
  if (expected !== undefined) return { kind: 'changed', expected };
  if (anyPort.some(line => line.marker === 'none' && isShown(line))) return { kind: 'known' };
  const authority = both.find(line => line.marker === 'cert-authority');
  return authority === undefined ? { kind: 'unknown' } : { kind: 'authority-only', line: authority };
}

/** The key's type, the first string of its wire form (RFC 4253, 6.6). */
export function hostKeyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.subarray(4, 4 + length).toString('latin1');
}

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** As in an entry that does not tell whose it is. */
export function hashName(salt: Buffer, name: string): string {
  return createHmac('sha1', salt).update(name).digest('base64');
}
