import type { ScriptDescription } from './describe-script.ts';
import type { BadPoint } from './find-bad-points.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ScriptUse } from './script-use.ts';

/** Probe points that stap refuses: what stands in their parentheses, intervals of timers, programs that are not named. */
export function lintPoints({ badPoints, certain }: ScriptDescription, use: ScriptUse): readonly LintFinding[] {
  return certain ? badPoints.slice(0, mostPoints).flatMap(point => lintPoint(point, use)) : [];
}

const mostPoints = 5;

function lintPoint(point: BadPoint, { args = [] }: ScriptUse): readonly LintFinding[] {
  const { place } = point;
  if (point.kind === 'no-program') {
    const message = `process.${point.text} does not say of which program`;
    const cure = `write process("/path/of/the/program").${point.text}`;
    return [{ severity: 'error', code: 'no-program', message, cure, place }];
  }
  const { argument } = point;
  const given = argument === undefined ? undefined : args[argument - 1];
  if (argument !== undefined && given === undefined) return [];
  const where =
    given === undefined ? { place } : { place: given.place, related: [{ place, note: `$${argument} stands here` }] };
  if (point.kind === 'interval') {
    const message = 'stap has no timer of this interval';
    return [{ severity: 'error', code: 'bad-interval', message, cure: `it may be ${point.range}`, ...where }];
  }
  const shown = point.text.length > 60 ? `${point.text.slice(0, 60)}…` : point.text;
  const isFraction = /^\d+\.\d+$/.test(shown);
  const smaller = 'write a smaller unit: timer.ms(500) in place of timer.s(0.5)';
  if (argument !== undefined) {
    const message = `a probe point wants a literal, and $${argument} pastes ${shown === '' ? 'nothing' : shown} there`;
    const other =
      shown === '' ? 'give it in args' : `give a number, or write @${argument} in the script if a text is meant`;
    const cure = isFraction ? smaller : other;
    return [{ severity: 'error', code: 'wrong-arg', message, cure, ...where }];
  }
  const message = `a probe point wants a literal, ${shown === '' ? 'and nothing stands here' : `and ${shown} is none`}`;
  const cure = isFraction ? smaller : 'write a whole number, or a text in quotes';
  return [{ severity: 'error', code: 'not-a-literal', message, cure, ...where }];
}
