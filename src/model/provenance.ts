/** What git says of a working tree from which a run's files were read. */
export interface RepositoryState {
  /** The working tree's folder. */
  readonly root: string;
  /** Absent where nothing is committed yet. */
  readonly commit?: string;
  /** The revision that was asked for: the files are those of `commit`, whatever the working tree holds. */
  readonly ref?: string;
  /** Absent where no branch is checked out. */
  readonly branch?: string;
  /** Those of the run's files that are not as in the commit, relative to the root; at most so many are named. */
  readonly dirty: readonly string[];
  /** How many there are in all. */
  readonly dirtyCount: number;
}
