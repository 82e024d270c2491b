/** What went wrong in a build, in one line, and what would fix it. */
export interface StapExplanation {
  readonly cause: string;
  readonly cure?: string;
}
