import type { InferOptions } from '@commander-js/extra-typings';

/**
 * An option as data, in commander's words. Declared `as const` in a group, it gives the type of its value too, so that there is
 * no second place for that: isolatedDeclarations lets literals be exported without a type, and not what commander's own chain of
 * calls returns. What is no literal stands there with its type: `wholeNumber(1, 9) as Parser<number>`.
 */
export interface OptionSpec {
  /** `-f, --forks <n>`. */
  readonly flags: string;
  readonly about: string;
  readonly default?: unknown;
  readonly parse?: (text: string) => unknown;
  /** It may be given again: its value is a list. */
  readonly several?: true;
  readonly choices?: readonly string[];
  readonly env?: string;
  /** The names that values have, such as `vaultPasswordFile`. */
  readonly conflicts?: readonly string[];
  readonly required?: true;
}

/** Reads a value; throws commander's `InvalidArgumentError`. */
export type Parser<Value> = (text: string) => Value;

/** Options that are mostly given to a command together. */
export type OptionGroup = readonly OptionSpec[];

/** The values of all options of these groups, by the names that commander makes of their flags. */
export type ValuesOf<Groups extends readonly OptionGroup[]> = Flat<Joined<ValueOf<Groups[number][number]>>>;

/**
 * These values, if each field of the engine's request is among them: a name or a type that differs is an error where they are
 * handed over.
 */
export type Filling<Request, Values extends Request> =
  Exclude<keyof Request, keyof Values> extends never
    ? Values
    : { readonly noOptionGives: Exclude<keyof Request, keyof Values> };

/** Of one option. Distributes. */
type ValueOf<Spec extends OptionSpec> = Spec extends OptionSpec
  ? InferOptions<
      object,
      Spec['flags'],
      Spec extends { readonly default: infer Default } ? Default : undefined,
      ParsedBy<Spec>,
      Spec extends { readonly required: true } ? true : false,
      undefined,
      Spec extends { readonly choices: readonly (infer Choice)[] } ? Choice : undefined
    >
  : never;

type ParsedBy<Spec extends OptionSpec> = Spec extends { readonly several: true }
  ? readonly (Spec extends { readonly parse: Parser<infer One> } ? One : string)[]
  : Spec extends { readonly parse: Parser<infer One> }
    ? One
    : undefined;

type Joined<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

type Flat<Values> = { readonly [Name in keyof Values]: Values[Name] };
