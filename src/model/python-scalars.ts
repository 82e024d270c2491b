import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * Python's scalars that JavaScript has not, or writes otherwise: floats such as 2.0, 1e+16 and inf, integers that a double would
 * round, and times. Each becomes a mapping with one key that keeps Python's text, since a text that it stands in may be the
 * name of a host. All others are plain values.
 */
export function markFloat(value: number): JsonValue {
  const text = pythonFloat(value);
  return text === String(value) ? value : mark(text);
}

export function markInteger(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : mark(String(value));
}

/** A point of time, as Python's `str()` has it: `2001-12-14 21:59:43+00:00`. */
export function markTime(text: string): JsonValue {
  return mark(text);
}

/** A number of a playbook that has to stay as it is written, such as `2.0` or `010`. */
export function markWritten(text: string): JsonValue {
  return mark(text);
}

/** The text of a marked value; undefined for any other value. */
export function scalarText(value: JsonValue | undefined): string | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, scalarKey)) return undefined;
  const text = value[scalarKey];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a value is a mapping, and no marked scalar. */
export function isMapping(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && scalarText(value) === undefined;
}

const scalarKey = '__tapbook_scalar';

function mark(text: string): JsonValue {
  return { [scalarKey]: text };
}

/** As Python's `repr()`: always with a point or an exponent, the latter below 1e-4 and from 1e16 on. */
function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}
