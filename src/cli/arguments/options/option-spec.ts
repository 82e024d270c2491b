import type { InferOptions } from '@commander-js/extra-typings';

/**
 * An option as data, in commander's words. It is declared `as const` in a group, and the type of its value is derived from it:
 * nothing is declared twice. (isolatedDeclarations allows that for literals, but not for what commander's chain of calls
 * returns.) A part that is no literal needs its type beside it: `wholeNumber(1, 9) as Parser<number>`.
 */
export interface OptionSpec {
  /** `-f, --forks <n>`. */
  readonly flags: string;
  readonly about: string;
  readonly default?: unknown;
  /** How a default is told that is no text or number. */
  readonly defaultText?: string;
  readonly parse?: (text: string) => unknown;
  /** It may be given several times: its value is a list. */
  readonly several?: true;
  readonly choices?: readonly string[];
  readonly env?: string;
  /** The options that exclude this one, by the names of their values, such as `vaultPasswordFile`. */
  readonly conflicts?: readonly string[];
  readonly required?: true;
  /** There is `--no-…` as well, which is about this: its value is true, false or, where neither is given, absent. */
  readonly negatable?: string;
}

/** Reads a value; throws commander's `InvalidArgumentError`. */
export type Parser<Value> = (text: string) => Value;

/** Options that a command mostly has together. */
export type OptionGroup = readonly OptionSpec[];

/** The values of all options of these groups, by the names that commander makes of their flags. */
export type ValuesOf<Groups extends readonly OptionGroup[]> = Flat<Joined<ValueOf<Groups[number][number]>>>;

/**
 * These values, which have to include each field of the engine's request. The compiler reports a name or a type that differs.
 */
export type Filling<Request, Values extends Request> =
  Exclude<keyof Request, keyof Values> extends never
    ? Values
    : { readonly noOptionGives: Exclude<keyof Request, keyof Values> };

/** What is added to the values of options before they are a request. */
export type NotGiven = 'passwords' | 'trust' | 'expandTrust' | 'planTrust' | 'inventoryNamers';

/** The value of an option, as an object with one entry; of a union of options, a union of such objects. */
type ValueOf<Spec extends OptionSpec> = Spec extends { readonly negatable: string }
  ? { readonly [Name in keyof PlainValueOf<Spec>]?: boolean }
  : PlainValueOf<Spec>;

type PlainValueOf<Spec extends OptionSpec> = Spec extends OptionSpec
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
