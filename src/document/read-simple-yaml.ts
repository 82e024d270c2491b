import type { JsonValue } from '../model/json.ts';
import { readPlainScalar } from './ansible-scalars.ts';

/**
 * Reads the simple YAML of most inventories and files of variables, many times faster than the library: mappings in block
 * style, with plain or simply quoted texts, and lists of such texts. Scalars are read as by Ansible. Undefined for
 * everything else, and for whatever may be wrong: that is left to the library.
 */
export function readSimpleYaml(text: string): JsonValue | undefined {
  // Tabs, carriage returns and letters beyond ASCII have rules of their own.
  if (/[^\n\x20-\x7e]/.test(text)) return undefined;
  const open: Frame[] = [];
  let root: Mapping | undefined;
  let pending: Pending | undefined;
  let start = 0;
  for (let number = 0; start <= text.length; number++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    start = end + 1;
    if (blank.test(line) || (number === 0 && line === '---')) continue;
    const match = entry.exec(line);
    if (match === null || line.length > longestLine) return undefined;
    const [, indentation = '', dash, key, written = ''] = match;
    const indent = indentation.length;
    const item = dash !== undefined;
    if (pending !== undefined) {
      // A list may stand as far to the left as its key.
      if (indent > pending.indent || (item && indent === pending.indent)) {
        const value: Mapping | JsonValue[] = item ? [] : {};
        pending.owner[pending.key] = value;
        open.push({ indent, value });
      }
      pending = undefined;
    }
    if (root === undefined) {
      if (item || indent !== 0) return undefined;
      root = {};
      open.push({ indent, value: root });
    }
    while ((open.at(-1)?.indent ?? -1) > indent) open.pop();
    if (open.length > 1 && !item && open.at(-1)?.indent === indent && Array.isArray(open.at(-1)?.value)) open.pop();
    const frame = open.at(-1);
    if (frame === undefined || frame.indent !== indent || open.length > deepest) return undefined;
    const scalar = readScalar(written);
    if (scalar === undefined) return undefined;
    if (item) {
      if (!Array.isArray(frame.value) || written === '') return undefined;
      frame.value.push(scalar);
      continue;
    }
    if (Array.isArray(frame.value) || key === undefined || key === '__proto__' || Object.hasOwn(frame.value, key)) {
      return undefined;
    }
    frame.value[key] = scalar;
    if (written === '') pending = { owner: frame.value, key, indent };
  }
  return root;
}

type Mapping = Record<string, JsonValue>;

/** A mapping or a list whose entries all begin in the same column. */
interface Frame {
  readonly indent: number;
  readonly value: Mapping | JsonValue[];
}

/** A key that has no value on its line. */
interface Pending {
  readonly owner: Mapping;
  readonly key: string;
  readonly indent: number;
}

const deepest = 50;
const longestLine = 1_000;
const blank = /^ *(?:#.*)?$/;
/** `key: value` or `- value`, with what may be a comment behind it. */
const entry = /^( *)(?:(-) +|([A-Za-z0-9_][\w.-]*):(?: +|$))(.*?) *(?:(?<= )#.*)?$/;
/** No indicator, and nothing that could begin a mapping or a comment. */
const plain = /^(?:[A-Za-z0-9_/]|[-+.](?=[A-Za-z0-9_/]))(?:[\w /.,=@+()~$%;'"<>*&!?|^{}[\]\\`-]|:(?=[^ ]))*$/;
const quoted = /^(?:"([^"\\]*)"|'([^']*)')$/;

function readScalar(written: string): JsonValue | undefined {
  if (written === '') return null;
  if (written === '{}') return {};
  if (written === '[]') return [];
  const text = quoted.exec(written);
  if (text !== null) return text[1] ?? text[2] ?? '';
  if (!plain.test(written)) return undefined;
  // Only what begins like a number or one of a few words can be anything but a text.
  return /^[-+.\d]|^[yYnNtTfFoO]/.test(written) ? readPlainScalar(written) : written;
}
