import { err, ok, type Result } from '../../model/result.ts';

/** What the letters behind `%` stand for; those that are not there are errors (ssh_config(5), TOKENS). */
export type Tokens = Readonly<Record<string, string>>;

/** Fills in `%h` and its like; `%%` is a percent sign. The failure is a sentence. */
export function expandTokens(text: string, tokens: Tokens): Result<string, string> {
  let unknown: string | undefined;
  const expanded = text.replace(/%(.|$)/gs, (whole, letter: string) => {
    if (letter === '%') return '%';
    const value = Object.hasOwn(tokens, letter) ? tokens[letter] : undefined;
    if (value === undefined) unknown ??= whole;
    return value ?? '';
  });
  return unknown === undefined ? ok(expanded) : err(`"${text}" has the token ${unknown}, which means nothing here`);
}

/** Fills in `${NAME}` from the environment; one that is not set is an error, as in ssh. */
export function expandEnvironment(text: string, environment: NodeJS.ProcessEnv): Result<string, string> {
  let unknown: string | undefined;
  const expanded = text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = environment[name];
    if (value === undefined) unknown ??= name;
    return value ?? '';
  });
  return unknown === undefined ? ok(expanded) : err(`"${text}" wants the variable ${unknown}, which is not set`);
}
