import { markUnprintable } from '../../model/printable-text.ts';

/**
 * One JSON text a line, for programs. JSON leaves U+007F to U+009F and bidi overrides as they are; on a terminal they act.
 * As `\u` they are the same JSON.
 */
export function toJsonLine(value: unknown): string {
  const asUnits = (character: string): string =>
    character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${markUnprintable(JSON.stringify(value), asUnits)}\n`;
}
