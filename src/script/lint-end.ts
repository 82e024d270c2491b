import type { ScriptDescription } from './describe-script.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ScriptUse } from './script-use.ts';

/** Compares how a script ends with what the playbook says. */
export function lintEnd({ certain, end }: ScriptDescription, { run, place }: ScriptUse): readonly LintFinding[] {
  if (!certain || run === undefined) return [];
  if (run.kind === 'until-exit' && !end.callsExit) {
    const message = 'until_exit is set, but the script never calls exit()';
    return [{ severity: 'error', code: 'no-exit', message, cure: 'write duration: 30s', place }];
  }
  if (run.kind === 'until-exit' && end.notBefore !== undefined && end.notBefore > run.seconds) {
    const message = `the script is stopped after ${run.seconds} s, and calls exit() after ${end.notBefore} s at the earliest`;
    const cure = `write until_exit: { limit: ${Math.ceil(end.notBefore) + 60}s }`;
    return [{ severity: 'warning', code: 'limit-too-short', message, cure, place }];
  }
  const early = end.timers.find(({ seconds }) => seconds < run.seconds);
  if (run.kind !== 'duration' || early === undefined) return [];
  const message = `the script calls exit() after ${early.seconds} s, before its duration of ${run.seconds} s`;
  const cure = 'write until_exit: true instead, or take the exit() away';
  const related = [{ place, note: 'the duration is set for this script' }];
  return [{ severity: 'warning', code: 'exits-early', message, cure, place: early.place, related }];
}
