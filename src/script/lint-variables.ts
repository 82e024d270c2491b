import type { ScriptDescription } from './describe-script.ts';
import type { TargetUse } from './find-target-uses.ts';
import type { LintFinding } from './lint-finding.ts';

/**
 * Variables of what is traced that stap refuses in any mode: the first of each kind. One that is only read may be left out
 * with what it is read for, and is warned about.
 */
export function lintVariables({ targetUses, certain }: ScriptDescription): readonly LintFinding[] {
  if (!certain) return [];
  return refused.flatMap((kind): readonly LintFinding[] => {
    const found = targetUses.filter(use => use.kind === kind);
    const isCertain = ({ access, isSure }: (typeof found)[number]): boolean => access === 'write' && isSure;
    const first = found.find(isCertain) ?? found[0];
    if (first === undefined) return [];
    const [message, cure] = words[kind](first.name);
    return [
      { severity: isCertain(first) ? 'error' : 'warning', code: 'no-variable', message, cure, place: first.place },
    ];
  });
}

const words: Readonly<Record<Exclude<TargetUse['kind'], 'guru'>, (name: string) => readonly [string, string]>> = {
  untraced: name => [
    `begin, end, error, never and timers trace no code, and have no ${name}`,
    'put it into the probe of a function or a tracepoint',
  ],
  tracepoint: name => [
    `stap cannot assign ${name} of a tracepoint itself, only what it points to`,
    `write ${name}->MEMBER, or probe a function of the kernel`,
  ],
  return: name => [
    `a .return probe can assign $return only, not ${name}`,
    `assign ${name} in the probe without .return`,
  ],
};

const refused = ['untraced', 'tracepoint', 'return'] as const;
