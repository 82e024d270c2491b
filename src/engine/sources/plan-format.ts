import { isJsonObject, type JsonValue } from '../../model/json.ts';

/** The format of a text that is a plan of any tapbook, even a damaged one; undefined for anything else, such as a playbook. */
export function planFormat(text: string): string | undefined {
  // Plans begin with their format, so that a plan that was cut off is recognised.
  const written = /^\uFEFF?\s*\{\s*"format"\s*:\s*"(tapbook-[a-z-]*plan\/[\w.-]{1,40})"/.exec(text)?.[1];
  if (written !== undefined || !/^\uFEFF?\s*\{/.test(text)) return written;
  const value = parsePlanText(text);
  const format = isJsonObject(value) ? value['format'] : undefined;
  return typeof format === 'string' && /^tapbook-[a-z-]*plan\/[\w.-]{1,40}$/.test(format) ? format : undefined;
}

/** Undefined where it is not JSON. */
export function parsePlanText(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue;
  } catch {
    return undefined;
  }
}
