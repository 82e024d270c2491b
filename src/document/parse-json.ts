import type { JsonValue } from '../model/json.ts';
import { markFloat, markInteger } from '../model/python-scalars.ts';

/**
 * Parses JSON as Python does, with NaN and Infinity; undefined for any other text. What JavaScript has not, or writes otherwise,
 * is marked (`python-scalars.ts`). The last of several equal keys counts, as in Ansible.
 */
export function parseJson(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const mayDiffer = /\d{16}|\d[.eE]|NaN|Infinity/.test(text);
  try {
    return JSON.parse(mayDiffer ? text.replace(textOrNumber, markNumber) : text) as JsonValue;
  } catch {
    return undefined;
  }
}

const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:\d[\d.eE+-]*|Infinity)|NaN/g;

/** A number as JSON, marked where need be. Texts, and what is no number of JSON, stay as they are. */
function markNumber(written: string): string {
  if (written.startsWith('"')) return written;
  if (/^-?(?:0|[1-9]\d*)$/.test(written)) return JSON.stringify(markInteger(BigInt(written)));
  const isFloat = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$|^-?Infinity$|^NaN$/.test(written);
  return isFloat ? JSON.stringify(markFloat(Number(written))) : written;
}

/** The offset of the first character that is no longer JSON. */
export function findJsonError(text: string): number {
  const open: ('{' | '[')[] = [];
  let expects: 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' = 'value';
  const token =
    /[\t\n\r ]*(?:([{}[\],:])|("(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))/y;
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    const start = /[\t\n\r ]*/y.exec(text.slice(at))?.[0].length ?? 0;
    if (match === null) return at + start;
    const [whole, mark, string] = match;
    const mayEnd = expects.endsWith('or end');
    if (mark === '{' || mark === '[') {
      if (!expects.startsWith('value')) return at + start;
      open.push(mark);
      expects = mark === '{' ? 'key or end' : 'value or end';
    } else if (mark === '}' || mark === ']') {
      if (!mayEnd || open.pop() !== (mark === '}' ? '{' : '[')) return at + start;
      expects = 'comma or end';
    } else if (mark === ':') {
      if (expects !== 'colon') return at + start;
      expects = 'value';
    } else if (mark === ',') {
      if (expects !== 'comma or end' || open.length === 0) return at + start;
      expects = open.at(-1) === '{' ? 'key' : 'value';
    } else if (expects.startsWith('key') && string !== undefined) expects = 'colon';
    else if (expects.startsWith('value')) expects = 'comma or end';
    else return at + start;
    at += whole.length;
  }
}
