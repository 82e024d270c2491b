import { wholeNumberMeant } from '../model/whole-number-meant.ts';
import type { ScriptDescription } from './describe-script.ts';
import type { BadPoint } from './find-bad-points.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ScriptUse } from './script-use.ts';
import { wholeTimer } from './whole-timer.ts';

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
  if (point.kind === 'no-timer') {
    const message = `stap has no timer.${point.text}`;
    const cure = 'write timer.s, ms, us, ns, hz or jiffies, with a whole number';
    return [{ severity: 'warning', code: 'unknown-name', message, cure, place }];
  }
  const { argument } = point;
  const given = argument === undefined ? undefined : args[argument - 1];
  if (argument !== undefined && given?.text === undefined) return [];
  const where =
    given === undefined ? { place } : { place: given.place, related: [{ place, note: `$${argument} stands here` }] };
  if (point.kind === 'interval') {
    const message = 'stap has no timer of this interval';
    return [{ severity: 'error', code: 'bad-interval', message, cure: `it may be ${point.range}`, ...where }];
  }
  const shown = point.text.length > 60 ? `${point.text.slice(0, 60)}…` : point.text;
  const number = cureOfNumber(point, argument === undefined ? 'script' : 'args');
  if (argument !== undefined) {
    const message = `a probe point wants a literal, and $${argument} pastes ${shown === '' ? 'nothing' : shown} there`;
    const other =
      shown === '' ? 'give it in args' : `give a number, or write @${argument} in the script if a text is meant`;
    return [{ severity: 'error', code: 'wrong-arg', message, cure: number ?? other, ...where }];
  }
  const message = `a probe point wants a literal, ${shown === '' ? 'and nothing stands here' : `and ${shown} is none`}`;
  const cure = number ?? 'write a whole number, or a text in quotes';
  return [{ severity: 'error', code: 'not-a-literal', message, cure, ...where }];
}

/** What to write in place of a number that is none, where that is clear. */
function cureOfNumber(
  { text, unit = '' }: Extract<BadPoint, { readonly kind: 'no-literal' }>,
  from: 'script' | 'args',
): string | undefined {
  const meant = wholeNumberMeant(text);
  if (meant !== undefined) return `write ${meant}`;
  if (!/^\d*\.\d+$/.test(text)) return undefined;
  const timer = wholeTimer(unit, text);
  if (timer === undefined) return 'SystemTap has no fractions: write a whole number';
  const instead = `SystemTap has no fractions: write timer.${timer.unit}(${timer.count})`;
  return from === 'script' ? instead : `${instead}, the unit in the script and the number in args`;
}
