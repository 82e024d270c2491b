import { isJsonObject, type JsonValue } from '../model/json.ts';
import { scalarText } from '../model/python-scalars.ts';

/** A value as Python's `str()` writes it: what Ansible prints in a text. */
export function pythonText(value: JsonValue): string {
  return typeof value === 'string' ? value : represent(value);
}

/** Python's `repr()`. */
function represent(value: JsonValue): string {
  const text = scalarText(value);
  if (text !== undefined) return text;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
  if (typeof value === 'string') return quote(value);
  if (!isJsonObject(value)) return `[${value.map(represent).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, child]) => `${quote(key)}: ${represent(child)}`)
    .join(', ')}}`;
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** In single quotes, unless the text has these and no double ones. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\\n\r\t]|[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeChar);
  return `${mark}${inside.replaceAll(mark, `\\${mark}`)}${mark}`;
}

function escapeChar(char: string): string {
  const known = escapes[char];
  if (known !== undefined) return known;
  const code = (char.codePointAt(0) ?? 0).toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}
