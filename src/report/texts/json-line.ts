/**
 * One JSON text a line, for programs. JSON leaves U+007F to U+009F and bidi overrides as they are; on a terminal they act.
 * As `\u` they are the same JSON.
 */
export function toJsonLine(value: unknown): string {
  const text = JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
