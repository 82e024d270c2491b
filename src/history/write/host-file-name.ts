import { createHash } from 'node:crypto';
import type { HostName } from '../../model/ids.ts';

/**
 * A file's name, without an ending, for a host: never a path, never hidden, different for different hosts. All but
 * letters, digits, `-`, `_` and `.` is percent-encoded, as UTF-8. What would be longer than a file system takes is cut,
 * with the SHA-256 of the whole behind `%%`, which no encoding holds.
 */
export function hostFileName(host: HostName): string {
  let name = '';
  for (const character of host) name += encode(character, name === '');
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 66)}%%${createHash('sha256').update(name).digest('hex')}`;
}

/** NAME_MAX is 255; the longest ending that we put behind it is `.err.txt`. */
const longest = 200;

function encode(character: string, first: boolean): string {
  if (/[A-Za-z0-9_-]/.test(character) || (character === '.' && !first)) return character;
  const code = character.codePointAt(0) ?? 0;
  // Half a surrogate pair has no UTF-8: Buffer would make all of them the same U+FFFD.
  if (code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16).toUpperCase()}`;
  return [...Buffer.from(character)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
