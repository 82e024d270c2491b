/** Why a module did not load, or a script ended, and what would help. */
export interface StaprunExplanation {
  readonly cause: string;
  readonly cure?: string;
}
