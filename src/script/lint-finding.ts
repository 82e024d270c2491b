import type { Diagnostic } from '../model/diagnostic.ts';
import type { LintCode, lintRules } from '../model/lint-rules.ts';

type SeverityOf<Rule extends { readonly severity: string }> = Rule['severity'] extends Diagnostic['severity']
  ? Rule['severity']
  : Diagnostic['severity'];

/** A diagnostic whose code and severity are those of the table. */
export type LintFinding = {
  readonly [Code in LintCode]: Diagnostic & {
    readonly code: Code;
    readonly severity: SeverityOf<(typeof lintRules)[Code]>;
  };
}[LintCode];
