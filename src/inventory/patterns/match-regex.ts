import { createContext, Script } from 'node:vm';
import { err, ok, type Result } from '../../model/result.ts';

/**
 * How long a regular expression may look for all names together, and all of them for all names, in milliseconds: some never come to an
 * end.
 */
const limits = { one: 1_000, all: 3_000 };

/** Those of the names whose beginning matches a regular expression, as Python's `re.match` has it. */
export type MatchRegex = (source: string, names: readonly string[]) => Result<readonly string[], string>;

/** For the expressions of one pattern, which share their time. */
export function createRegexMatcher(): MatchRegex {
  const run = createTimedRunner();
  let leftMs = limits.all;
  return (source, names) => {
    if (leftMs < 1) return err(`those before it took ${limits.all / 1000} s`);
    const limitMs = Math.min(limits.one, leftMs);
    const found: string[] = [];
    const beganMs = performance.now();
    try {
      const pattern = compilePython(source);
      // What is too large throws only when it is used.
      const isOver = run(limitMs, () => {
        for (const name of names) if (pattern.test(name)) found.push(name);
      });
      if (!isOver) return ok(found);
      const seconds = limitMs / 1000;
      return err(
        `it finds no end within ${limitMs < limits.one ? `the ${seconds} s that those before it left` : `${seconds} s`}`,
      );
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return err(error.message.replace(/^Invalid regular expression: \/.*\/\w*: /s, ''));
    } finally {
      leftMs -= Math.ceil(performance.now() - beganMs);
    }
  };
}

/** Runs what may not end, and says whether it had to be ended. */
function createTimedRunner(): (limitMs: number, visit: () => void) => boolean {
  // Made when it is needed: that takes longer than most expressions.
  let made: { readonly holder: { visit: () => void }; readonly run: (timeout: number) => void } | undefined;
  const make = (): NonNullable<typeof made> => {
    const holder = { visit: () => {} };
    const context = createContext(holder);
    const script = new Script('visit()');
    return { holder, run: timeout => script.runInContext(context, { timeout }) };
  };
  return (limitMs, visit) => {
    made ??= make();
    made.holder.visit = visit;
    try {
      made.run(limitMs);
      return false;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      return true;
    }
  };
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
