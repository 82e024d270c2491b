import type { BadNumber, ScriptDescription } from './describe-script.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ScriptUse } from './script-use.ts';

/** Finds numbers that are malformed, or too large for SystemTap's 64 bits. */
export function lintNumbers(
  { badNumbers, certain }: ScriptDescription,
  { args = [] }: ScriptUse,
): readonly LintFinding[] {
  if (!certain) return [];
  const seen = new Set<number>();
  return badNumbers.slice(0, mostNumbers).flatMap(bad => {
    const { argument, place } = bad;
    if (argument === undefined) return [{ ...explain(bad), place }];
    const given = args[argument - 1];
    if (given === undefined || seen.has(argument)) return [];
    seen.add(argument);
    const finding = explain(bad);
    const cure =
      bad.problem === 'malformed' ? `give a whole number, or write @${argument} if a text is meant` : finding.cure;
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

const mostNumbers = 5;

function explain({ problem, text }: BadNumber): LintFinding {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  if (problem === 'malformed') {
    const isOctal = /^0\d+$/.test(text);
    const cure = isOctal ? 'a leading 0 makes it octal: take it away' : 'put a space where the number ends';
    return { severity: 'error', code: 'bad-number', message: `${shown} is no number`, cure };
  }
  const cure = 'the largest is 9223372036854775807';
  if (problem === 'too-large') {
    return { severity: 'error', code: 'bad-number', message: `${shown} does not fit into 64 bits`, cure };
  }
  const message = `${shown} does not fit into 64 bits with a sign: it becomes negative`;
  return { severity: 'warning', code: 'number-wraps', message, cure };
}
