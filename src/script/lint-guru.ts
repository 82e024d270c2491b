import type { ScriptDescription } from './describe-script.ts';
import type { GuruUse } from './find-guru-uses.ts';
import type { LintFinding } from './lint-finding.ts';
import type { ScriptUse } from './script-use.ts';

/** What is for gurus where guru mode is not set: the first of each kind. A branch that may be left out is warned about. */
export function lintGuru({ guruUses, certain }: ScriptDescription, { guru }: ScriptUse): readonly LintFinding[] {
  if (guru === 'yes' || guru === 'unknown' || !certain) return [];
  return kinds.flatMap((kind): readonly LintFinding[] => {
    const found = guruUses.filter(use => use.kind === kind);
    const first = found.find(({ isSure }) => isSure) ?? found[0];
    if (first === undefined) return [];
    const has = first.isSure ? `the script ${words[kind]}` : `a branch that may be taken ${words[kind]}`;
    const message =
      guru === 'no'
        ? `${has}, which stap takes in guru mode only`
        : `${has}, and guru mode is set for some of kernels only`;
    const severity = guru === 'no' && first.isSure ? 'error' : 'warning';
    const cure = 'set stap_options: { guru: true } if you trust it';
    return [{ severity, code: 'guru-needed', message, cure, place: first.place }];
  });
}

const words: Readonly<Record<GuruUse['kind'], string>> = {
  c: 'has embedded C (%{ … %})',
  operator: 'has @const, @kderef or @kregister',
  address: 'probes an address of which stap knows nothing (.absolute)',
  write: 'assigns a variable of what it traces',
  verdict: 'uses $verdict, which decides about packets',
};

const kinds = ['c', 'operator', 'address', 'write', 'verdict'] as const;
