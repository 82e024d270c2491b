import { markUnprintable } from '../../model/printable-text.ts';

/**
 * One JSON text a line, for programs. JSON leaves U+007F to U+009F and bidi overrides as they are; on a terminal they act.
 * As `\u` they are the same JSON.
 */
export function toJsonLine(value: unknown): string {
  return `${markJson(JSON.stringify(value))}\n`;
}

/** JSON with `\\u` for what would act on a terminal. */
export function markJson(json: string): string {
  const asUnits = (character: string): string =>
    character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return markUnprintable(json, asUnits);
}
