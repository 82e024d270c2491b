/** A way by which a text of others comes into the program. */
export interface Reader {
  readonly name: string;
  /** Texts that it can read. */
  examples(): readonly string[];
  /**
   * Reads a text: whatever it comes to is well. What it throws is a finding, and so is what takes too long. `folder` is its own to
   * write into, and may have files of the text before.
   */
  read(text: string, folder: string): unknown;
  /** In UTF-16 code units; `largestInput`, where it is not said. */
  readonly largest?: number;
}

export const largestInput = 1_000_000;
