import type { ScriptDescription } from './describe-script.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ScriptUse } from './script-use.ts';

/** Finds a script that asks for its target process where the playbook names none, and the reverse. */
export function lintTarget(
  { targetCalls, reachesTarget, certain }: ScriptDescription,
  { targetProcess }: ScriptUse,
): readonly LintFinding[] {
  if (targetProcess === 'unknown') return [];
  if (targetProcess === 'none') {
    return targetCalls.slice(0, 1).map(place => ({
      severity: 'warning',
      code: 'no-target-process',
      message: 'the script asks for target(), and no target_process says which process that is: it is 0 then',
      cure: 'write target_process: { service: NAME } into the playbook; name, pidfile and pid are other ways',
      place,
    }));
  }
  if (reachesTarget || !certain) return [];
  return [
    {
      severity: 'warning',
      code: 'unused-target-process',
      message: 'nothing in the script depends on target_process: it sees all processes',
      cure: 'compare in the script: if (pid() != target()) next',
      place: targetProcess,
    },
  ];
}
