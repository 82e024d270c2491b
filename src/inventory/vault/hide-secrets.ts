import type { Place } from '../../model/source.ts';

/** A password by its name, up to and with the `=` or `:` behind it. */
const name = String.raw`\b\w*pass\w*["']?[ \t]*`;
const quotedName = String.raw`\b\w*pass\w*["'][ \t]*`;
const quoted = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'`;
/** A blank that should have been quoted goes on: words without a "=" are then a part of the value too. */
const words = String.raw`\S+(?:[ \t]+[^\s=#]+(?=[ \t]|$))*`;
/** Where the variable begins the line, all of the rest is its value; else it ends as a word of INI or of YAML does. */
const values = [
  new RegExp(`^([ \\t]*${name}=[ \\t]*)(.+)$`, 'gi'),
  // A slip: no sign between name and value at all.
  /^([ \t]*\w*pass\w*[ \t]+)([^=: \t].*)$/gi,
  new RegExp(`(${name}=[ \\t]*)(${quoted}|${words})`, 'gi'),
  // JSON needs no blank behind the colon; YAML does, unless the name is in quotes.
  new RegExp(`(${quotedName}:[ \\t]*)(${quoted}|[^,}]+)`, 'gi'),
  new RegExp(`(${name}:[ \\t]+)(${quoted}|[^,}]+)`, 'gi'),
];

/** Of a longer one nothing is shown: to look for passwords takes the square of its length. */
const longestLine = 1_000;

/** The line that a finding quotes may contain a password: it is replaced by stars. */
export function hideSecrets(place: Place): Place {
  if (!/pass/i.test(place.text)) return place;
  if (place.text.length > longestLine) return { ...place, text: '*'.repeat(longestLine) };
  const star = (_: string, before: string, secret: string) => before + '*'.repeat(secret.length);
  return { ...place, text: values.reduce((text, value) => text.replace(value, star), place.text) };
}
