import type { Diagnostic } from './diagnostic.ts';

/**
 * Why a command did not begin; nothing was touched. `cli/` maps kinds to exit codes.
 *
 * - `invalid-input`: a file, or a value in it, is wrong
 * - `wrong-usage`: options that make no sense, or not together
 * - `no-hosts`: no host is meant
 * - `plan-no-longer-fits`: a saved plan is too old, damaged, or not what it was said to be
 * - `locked`: another run holds what this one needs
 */
export type RefusalKind = 'invalid-input' | 'wrong-usage' | 'no-hosts' | 'plan-no-longer-fits' | 'locked';

export interface Refusal {
  readonly kind: RefusalKind;
  /** One error at least; warnings that were found on the way stand before it. */
  readonly diagnostics: readonly Diagnostic[];
}

export function refuse(kind: RefusalKind, diagnostic: Omit<Diagnostic, 'severity'>): Refusal {
  return { kind, diagnostics: [{ severity: 'error', ...diagnostic }] };
}

export function refuseInput(diagnostics: readonly Diagnostic[]): Refusal {
  return { kind: 'invalid-input', diagnostics };
}
