import { err, ok, type Result } from '../../model/result.ts';
import type { Misfit } from './misfit.ts';

/** What the letters behind `%` stand for (ssh_config(5), TOKENS). */
export type Tokens = Readonly<Record<string, string>>;

/** Fills in `%h` and its like; `%%` is a percent sign. Letters that are not there may mean something to an ssh that is newer. */
export function expandTokens(text: string, tokens: Tokens): Result<string, Misfit> {
  return fillIn(text, /%(.|$)/gs, whole => readToken(whole, tokens));
}

/** The same, with `${NAME}` from the environment; a variable that is not set is an error, as in ssh. */
export function expandPath(text: string, tokens: Tokens, environment: NodeJS.ProcessEnv): Result<string, Misfit> {
  return fillIn(text, /%(?:.|$)|\$\{([^}]*)(\}?)/gs, (whole, name, close) => {
    if (name === undefined) return readToken(whole, tokens);
    if (close === '') return err({ kind: 'ssh-config', cause: `"\${${name}" has no closing brace` });
    const value = environment[name];
    return value === undefined
      ? err({ kind: 'ssh-config', cause: `"${text}" wants the variable ${name}, which is not set` })
      : ok(value);
  });
}

function fillIn(
  text: string,
  part: RegExp,
  fill: (whole: string, ...groups: readonly (string | undefined)[]) => Result<string, Misfit>,
): Result<string, Misfit> {
  let misfit: Misfit | undefined;
  const filled = text.replace(part, (whole: string, ...groups: (string | undefined)[]) => {
    const value = fill(whole, ...groups);
    if (value.ok) return value.value;
    misfit ??= value.error;
    return '';
  });
  return misfit === undefined ? ok(filled) : err(misfit);
}

function readToken(whole: string, tokens: Tokens): Result<string, Misfit> {
  if (whole === '%%') return ok('%');
  const letter = whole.slice(1);
  const value = Object.hasOwn(tokens, letter) ? tokens[letter] : undefined;
  return value === undefined ? err({ kind: 'needs-openssh', cause: `the token ${whole} is used` }) : ok(value);
}
