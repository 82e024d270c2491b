import { runInNewContext } from 'node:vm';
import { err, ok, type Result } from '../../model/result.ts';

/** How long a regular expression may look for all names together, in milliseconds: some never come to an end. */
const regexLimit = 1_000;

/** Those of the names whose beginning matches a regular expression, as Python's `re.match` has it. */
export function matchRegex(source: string, names: readonly string[]): Result<readonly string[], string> {
  let pattern: RegExp;
  try {
    pattern = compilePython(source);
  } catch (error) {
    return err((error as Error).message.replace(/^Invalid regular expression: \/.*\/\w*: /s, ''));
  }
  try {
    const found: string[] = [];
    runInNewContext(
      'visit()',
      {
        visit: () => {
          for (const name of names) if (pattern.test(name)) found.push(name);
        },
      },
      { timeout: regexLimit },
    );
    return ok(found);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return err(`it finds no end within ${regexLimit / 1000} s`);
  }
}

/** The few spellings of Python that JavaScript has not. */
function compilePython(source: string): RegExp {
  const flags = /^\(\?([is]+)\)/.exec(source);
  const body = source
    .slice(flags?.[0].length ?? 0)
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\\([AZ])/g, (_, anchor) => (anchor === 'A' ? '^' : '$'));
  return new RegExp(`^(?:${body})`, flags?.[1] ?? '');
}
