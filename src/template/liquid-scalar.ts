import { Drop, toValue } from 'liquidjs';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { scalarText } from '../model/python-scalars.ts';

/** A marked scalar within a template: filters read its text, and where none does, it stays what it is. */
export class LiquidScalar extends Drop {
  readonly value: JsonValue;
  readonly #text: string;

  constructor(value: JsonValue, text: string) {
    super();
    this.value = value;
    this.#text = text;
  }

  override valueOf(): string {
    return this.#text;
  }

  override toString(): string {
    return this.#text;
  }
}

/** With an object of Liquid for each marked scalar, at any depth. */
export function toLiquid(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const text = scalarText(value);
  if (text !== undefined) return new LiquidScalar(value, text);
  if (!isJsonObject(value)) return value.map(toLiquid);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, toLiquid(child)]));
}

/** What an expression of Liquid has come to, as the document had it. */
export function fromLiquid(value: unknown): JsonValue {
  if (value instanceof LiquidScalar) return value.value;
  const plain: unknown = toValue(value);
  if (Array.isArray(plain)) return plain.map(fromLiquid);
  if (typeof plain !== 'object' || plain === null) return (plain ?? null) as JsonValue;
  return Object.fromEntries(Object.entries(plain).map(([key, child]) => [key, fromLiquid(child)]));
}
