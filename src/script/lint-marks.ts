import { compileGlob } from '../model/compile-glob.ts';
import type { Place } from '../model/source.ts';
import { findMark, type NamedPart } from './find-marks.ts';
import { type KnownMarks, knownMarksOf, markMeant } from './known-marks.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ProbedProgram } from './probed-programs.ts';
import type { GivenValue } from './script-use.ts';
import type { StpToken } from './tokenize-stp.ts';

/** Markers that a program cannot have, where it is one whose markers are known. */
export function lintMarks(
  programs: readonly ProbedProgram[],
  args: readonly GivenValue[],
  at: (token: Pick<StpToken, 'start' | 'end'>) => Place,
): readonly LintFinding[] {
  const found = new Map<string, LintFinding>();
  for (const { point } of programs) {
    const named = point === undefined ? undefined : findMark(point, args);
    const known = named === undefined ? undefined : knownMarksOf(named.file);
    if (named === undefined || known === undefined) continue;
    for (const [part, finding] of [
      [named.mark, lintName(named.mark, named.file, known)],
      [named.provider, lintProvider(named.provider, named.file, known)],
    ] as const) {
      if (part === undefined || finding === undefined) continue;
      const start = part.tokens[0]?.start ?? 0;
      const argument = part.tokens.find(token => token.argument !== undefined)?.argument;
      const given = argument === undefined ? undefined : args[argument.number - 1];
      const place = at({ start, end: part.tokens.at(-1)?.end ?? start });
      // The same text at the same place: braces and aliases multiply points.
      const where =
        given === undefined ? { place } : { place: given.place, related: [{ place, note: 'it stands here' }] };
      found.set(`${start} ${part.text}`, { ...finding, ...where });
    }
  }
  return [...found.values()].slice(0, mostFindings);
}

const mostFindings = 10;

function lintName(part: NamedPart | undefined, file: string, known: KnownMarks): LintFinding | undefined {
  const meant = part === undefined ? undefined : markMeant(part.text, known);
  if (part === undefined || meant === undefined) return undefined;
  const message = `${file} has no marker ${part.text}`;
  return { severity: 'warning', code: 'mark-name', message, cure: `did you mean "${meant}"?` };
}

function lintProvider(part: NamedPart | undefined, file: string, { providers }: KnownMarks): LintFinding | undefined {
  if (part === undefined || providers.some(name => compileGlob(part.text).test(name))) return undefined;
  const own = providers.map(name => `"${name}"`).join(' and ');
  const message = `the markers of ${file} have the provider ${own}, and not "${part.text}"`;
  return { severity: 'warning', code: 'mark-name', message, cure: 'write that, or leave the provider away' };
}
