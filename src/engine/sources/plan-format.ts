import { isJsonObject, type JsonValue } from '../../model/json.ts';

/** The format word of a text that is a plan of some tapbook, or was to be one; undefined for anything else, such as a playbook. */
export function planFormat(text: string): string | undefined {
  // Ours begins with its format, so that also half of it is known.
  const written = /^\uFEFF?\s*\{\s*"format"\s*:\s*"(tapbook-[a-z-]*plan\/[\w.-]{1,40})"/.exec(text)?.[1];
  if (written !== undefined || !/^\uFEFF?\s*\{/.test(text)) return written;
  const value = parsePlanText(text);
  const format = isJsonObject(value) ? value['format'] : undefined;
  return typeof format === 'string' && /^tapbook-[a-z-]*plan\/[\w.-]{1,40}$/.test(format) ? format : undefined;
}

/** Undefined where it is no JSON. */
export function parsePlanText(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue;
  } catch {
    return undefined;
  }
}
