import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Place } from './source.ts';

/** A problem in a document, as data; the sentence is written in `report/`. */
export interface Diagnostic {
  /** `info`: nothing is to be mended; only who checks is told. */
  readonly severity: 'error' | 'warning' | 'info';
  /** One word in kebab-case that stays the same between releases, such as `unknown-group`; a new one needs its line there. */
  readonly code: DiagnosticCode;
  /** What is wrong, in one line, without a full stop: `no group "wbe" in the inventory`. */
  readonly message: string;
  /** What would be right: `did you mean "web"?`, `write duration: 30s`. */
  readonly cure?: string;
  readonly place?: Place;
  /** It may quote a file that is not to be quoted, such as a value that comes from there: `withholdQuotes` takes that away. */
  readonly unquoted?: true;
  /** Other places that matter, each with why: `first defined here`. */
  readonly related?: readonly { readonly place: Place; readonly note: string }[];
}
