/** A commit of a repository. */
export interface Revision {
  /** As it was asked for: a tag, a branch, a commit. */
  readonly ref: string;
  readonly commit: string;
  /** The working tree's folder, without links. */
  readonly root: string;
}
