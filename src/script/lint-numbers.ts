import { wholeNumberMeant } from '../model/whole-number-meant.ts';
import type { ScriptDescription } from './describe-script.ts';
import type { BadNumber } from './find-bad-numbers.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ScriptUse } from './script-use.ts';

/** Finds numbers that are malformed, or too large for SystemTap's 64 bits. */
export function lintNumbers(
  { badNumbers, certain }: ScriptDescription,
  { args = [] }: ScriptUse,
): readonly LintFinding[] {
  const seen = new Set<number>();
  // A fraction ends the outline of a script, and is refused all the same.
  const found = certain ? badNumbers : badNumbers.filter(({ isInitial }) => isInitial);
  return found.slice(0, mostNumbers).flatMap((bad): readonly LintFinding[] => {
    const { argument, place } = bad;
    if (argument === undefined) return [{ ...explain(bad), place }];
    const given = args[argument - 1];
    if (given?.text === undefined || seen.has(argument)) return [];
    seen.add(argument);
    const isPart = bad.text !== given.text && bad.text.startsWith(given.text);
    const finding = explain(bad);
    const cure = isPart ? `put a space behind $${argument} in the script` : cureOfArgument(bad, argument, given.text);
    return [
      {
        ...finding,
        ...(cure === undefined ? {} : { cure }),
        place: given.place,
        related: [{ place, note: `$${argument} stands here` }],
      },
    ];
  });
}

function cureOfArgument({ problem }: BadNumber, argument: number, text: string): string | undefined {
  if (problem !== 'malformed' && problem !== 'fraction') return undefined;
  const meant = wholeNumberMeant(text) ?? /^(\d{1,15})(?:[mun]?s|[mun]?sec|hz)$/i.exec(text)?.[1];
  return `${meant === undefined ? 'give a whole number' : `write ${meant}`}, or @${argument} in the script if a text is meant`;
}

const mostNumbers = 5;

function explain({ problem, text }: BadNumber): LintFinding {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  if (problem === 'malformed') {
    const isOctal = /^0\d+$/.test(text);
    const meant = isOctal ? undefined : wholeNumberMeant(text);
    const other = isOctal ? 'a leading 0 makes it octal: take it away' : 'put a space where the number ends';
    const cure = meant === undefined ? other : `write ${meant}`;
    return { severity: 'error', code: 'bad-number', message: `${shown} is no number`, cure };
  }
  if (problem === 'fraction') {
    const meant = wholeNumberMeant(text);
    const cure = meant === undefined ? 'write a whole number of a smaller unit' : `write ${meant}`;
    return {
      severity: 'error',
      code: 'bad-number',
      message: `${shown} is no number: SystemTap has no fractions`,
      cure,
    };
  }
  const cure = 'the largest is 9223372036854775807';
  if (problem === 'too-large') {
    return { severity: 'error', code: 'bad-number', message: `${shown} does not fit into 64 bits`, cure };
  }
  const message = `${shown} does not fit into 64 bits with a sign: it becomes negative`;
  return { severity: 'warning', code: 'number-wraps', message, cure };
}
