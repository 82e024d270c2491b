import { createHash, createHmac } from 'node:crypto';

/** What the known_hosts files say of a key that a host has shown. */
export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly expected: KnownHostLine }
  | { readonly kind: 'revoked'; readonly line: KnownHostLine };

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

/** The lines that are about a host, by the name under which ssh looks it up: `host`, or `[host]:port`. */
export function linesForHost(lines: readonly KnownHostLine[], address: string, port: number): readonly KnownHostLine[] {
  const name = port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;
  return lines.filter(line => matchesPatterns(line.patterns, name));
}

/** Judges the key that a host has shown; `type` is its first field, such as `ssh-ed25519`. */
export function judgeHostKey(lines: readonly KnownHostLine[], key: Buffer): HostKeyVerdict {
  const shown = key.toString('base64');
  const type = hostKeyType(key);
  const revoked = lines.find(line => line.marker === 'revoked' && line.key === shown);
  if (revoked !== undefined) return { kind: 'revoked', line: revoked };
  const plain = lines.filter(line => line.marker === 'none');
  if (plain.some(line => line.key === shown)) return { kind: 'known' };
  const expected = plain.find(line => line.type === type) ?? plain[0];
  return expected === undefined ? { kind: 'unknown' } : { kind: 'changed', expected };
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

function matchesPatterns(patterns: string, name: string): boolean {
  if (patterns.startsWith('|1|')) {
    const [, , salt, hash] = patterns.split('|');
    if (salt === undefined || hash === undefined) return false;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  let matched = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesWildcards(name, negated ? pattern.slice(1) : pattern)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `*` and `?` only: the brackets of `[host]:port` stand for themselves. */
function matchesWildcards(text: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(text);
}
