import type { JsonValue } from '../../model/json.ts';
import { markFloat, markInteger, scalarText } from '../../model/python-scalars.ts';
import { pythonEscapes } from './python-escapes.ts';

/**
 * The value of a Python literal as by `ast.literal_eval`; undefined for any other text, which Ansible then keeps as it is.
 * Reads numbers, strings, True, False, None, lists, tuples (as lists) and dictionaries. A comment behind them is ignored.
 */
export function readPythonLiteral(text: string): JsonValue | undefined {
  const reader = new LiteralReader(text);
  const value = reader.valueOrTuple();
  return value !== undefined && reader.isAtEnd() ? value : undefined;
}

const deepest = 50;
const integer =
  /(?:[+-][ \t]*)?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*)(?![\w.])/y;
const float = /(?:[+-][ \t]*)?(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][+-]?\d(?:_?\d)*)?(?![\w.])/y;

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skip(/[ \t]*(?:#.*)?/y);
    return this.#at === this.#text.length;
  }

  /** At the top, a comma makes a tuple without any brackets. */
  valueOrTuple(): JsonValue | undefined {
    const first = this.value(0);
    if (first === undefined || !this.#takes(',')) return first;
    const items = [first];
    while (!this.isAtEnd()) {
      const item = this.value(0);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#takes(',')) break;
    }
    return items;
  }

  value(depth: number): JsonValue | undefined {
    if (depth > deepest) return undefined;
    this.#skip(/[ \t]*/y);
    const next = this.#text[this.#at] ?? '';
    if (next === '[') return this.#list(']', depth);
    if (next === '(') return this.#tuple(depth);
    if (next === '{') return this.#dictionary(depth);
    if (/^[rRuUbB]?["']/.test(this.#text.slice(this.#at, this.#at + 2))) return this.#strings();
    const word = this.#take(/(?:True|False|None)(?!\w)/y);
    if (word !== undefined) return word === 'None' ? null : word === 'True';
    return this.#number();
  }

  #number(): JsonValue | undefined {
    const whole = this.#take(integer)?.replace(/[_ \t]/g, '');
    if (whole !== undefined) {
      const value = BigInt(whole.replace(/^[+-]/, ''));
      return markInteger(whole.startsWith('-') ? -value : value);
    }
    const broken = this.#take(float)?.replace(/[_ \t]/g, '');
    const value = Number(broken);
    // A whole number such as 010 is refused by Python.
    return broken !== undefined && /[.eE]/.test(broken) ? markFloat(value) : undefined;
  }

  /** Python joins strings that stand side by side. */
  #strings(): string | undefined {
    let joined = '';
    for (;;) {
      this.#skip(/[ \t]*/y);
      const open = this.#take(/[rRuUbB]?["']/y);
      if (open === undefined) return joined;
      const part = this.#string(open.slice(-1), /^[rR]/.test(open) ? 'raw' : 'escaped');
      if (part === undefined) return undefined;
      joined += part;
    }
  }

  #string(quote: string, kind: 'raw' | 'escaped'): string | undefined {
    let value = '';
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at++] ?? '';
      if (char === quote) return value;
      if (char !== '\\') value += char;
      else {
        const escaped = kind === 'raw' ? `\\${this.#text[this.#at++] ?? ''}` : this.#escape();
        if (escaped === undefined) return undefined;
        value += escaped;
      }
    }
    return undefined;
  }

  #escape(): string | undefined {
    const code = this.#take(/x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}/y);
    if (code !== undefined) {
      const value = /^\d/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
      return value <= 0x10ffff ? String.fromCodePoint(value) : undefined;
    }
    const char = this.#text[this.#at++];
    if (char === undefined || /[xuUN]/.test(char)) return undefined;
    return Object.hasOwn(pythonEscapes, char) ? pythonEscapes[char] : `\\${char}`;
  }

  #list(close: ']' | ')', depth: number): JsonValue[] | undefined {
    this.#at++;
    const items: JsonValue[] = [];
    while (!this.#takes(close)) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#takes(',')) return this.#takes(close) ? items : undefined;
    }
    return items;
  }

  /** In `(5)` the brackets only group; a comma makes the tuple. */
  #tuple(depth: number): JsonValue | undefined {
    const start = this.#at;
    const items = this.#list(')', depth);
    const [only] = items ?? [];
    const hasComma = items?.length !== 1 || /,[ \t]*\)$/.test(this.#text.slice(start, this.#at));
    return hasComma ? items : only;
  }

  #dictionary(depth: number): JsonValue | undefined {
    this.#at++;
    const entries: [string, JsonValue][] = [];
    while (!this.#takes('}')) {
      const key = this.value(depth + 1);
      // Keys of JSON are texts. Ansible turns numbers, True, False and None into texts, too.
      const name = scalarText(key);
      if (key === undefined || (name === undefined && typeof key === 'object' && key !== null) || !this.#takes(':'))
        return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      entries.push([name ?? String(key), value]);
      if (!this.#takes(',')) return this.#takes('}') ? Object.fromEntries(entries) : undefined;
    }
    return Object.fromEntries(entries);
  }

  #takes(char: string): boolean {
    this.#skip(/[ \t]*/y);
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #skip(pattern: RegExp): void {
    this.#take(pattern);
  }
}
