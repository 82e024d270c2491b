import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { scalarText } from '../../model/python-scalars.ts';

/**
 * JSON as `JSON.stringify(value, undefined, indent)` prints it, with numbers exactly as Python has them: 2.0 keeps its point, and
 * 12345678901234567890 all its digits. JSON has no infinity: 1e999 is read as one by most programs. A time is a text of ISO 8601.
 */
export function printJson(value: JsonValue, indent = 0): string {
  return print(value, ' '.repeat(indent), indent === 0 ? '' : '\n');
}

function print(value: JsonValue, step: string, margin: string): string {
  const text = scalarText(value);
  if (text !== undefined) return scalarJson(text);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = margin + step;
  const colon = margin === '' ? ':' : ': ';
  const [open, close] = isJsonObject(value) ? '{}' : '[]';
  const items = isJsonObject(value)
    ? Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}${colon}${print(child, step, inner)}`)
    : value.map(child => print(child, step, inner));
  return items.length === 0 ? `${open}${close}` : `${open}${inner}${items.join(`,${inner}`)}${margin}${close}`;
}

function scalarJson(text: string): string {
  if (/^-?\d[\d.]*(?:e[+-]\d+)?$/.test(text)) return text;
  if (/^-?inf$/.test(text)) return text.replace('inf', '1e999');
  return JSON.stringify(text.replace(' ', 'T'));
}
