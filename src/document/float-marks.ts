import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';

/**
 * A float of an inventory. One that JavaScript writes otherwise than Python (2.0, 1e+16, 1e-05) becomes a mapping with one key
 * that keeps Python's text, since a text that it stands in may be the name of a host; all others are plain numbers.
 */
export function markFloat(value: number): JsonValue {
  const text = pythonFloat(value);
  return text === String(value) ? value : { [floatKey]: text };
}

/** Python's text of a marked float; undefined for any other value. */
export function floatText(value: JsonValue | undefined): string | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, floatKey)) return undefined;
  const text = value[floatKey];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a value is a mapping, and no marked float. */
export function isMapping(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && floatText(value) === undefined;
}

/** With all marked floats, however deep, as texts (for templates), or as numbers (for JSON). */
export function withoutFloatMarks(value: JsonValue, floats: 'texts' | 'numbers'): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  const text = floatText(value);
  if (text !== undefined) return floats === 'texts' ? text : Number(text);
  if (!isJsonObject(value)) return value.map(child => withoutFloatMarks(child, floats));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutFloatMarks(child, floats)]));
}

const floatKey = '__tapbook_float';

/** As Python's `repr()`: always with a point or an exponent, the latter below 1e-4 and from 1e16 on. */
function pythonFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}
