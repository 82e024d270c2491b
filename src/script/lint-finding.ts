import type { Diagnostic } from '../model/diagnostic.ts';
import type { LintCode, lintRules } from '../model/lint-rules.ts';

type SeverityOf<Rule extends { readonly severity: string }> = Rule['severity'] extends Diagnostic['severity']
  ? Rule['severity']
  : Diagnostic['severity'];

/** A diagnostic with a code of the table of lints, and its severity there. */
export type LintFinding = {
  readonly [Code in LintCode]: Diagnostic & {
    readonly code: Code;
    readonly severity: SeverityOf<(typeof lintRules)[Code]>;
  };
}[LintCode];
