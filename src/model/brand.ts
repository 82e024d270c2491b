declare const brand: unique symbol;

/** A string with a meaning: made only by the parse function beside its type, so that no unparsed text gets in. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };
