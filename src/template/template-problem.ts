/** Why a template cannot be read or filled in. */
export interface TemplateProblem {
  readonly code:
    | 'template-syntax'
    | 'unknown-filter'
    | 'unknown-variable'
    | 'template-cycle'
    | 'template-value'
    | 'encrypted-value'
    | 'secret-value';
  readonly message: string;
  readonly cure?: string;
  /** The part of the text that is wrong, as it is written there. */
  readonly part?: string;
  /** The unknown path, such as `db.port`. */
  readonly variable?: string;
}
