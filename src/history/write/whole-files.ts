import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { retryOutOfFiles } from '../../process/out-of-files.ts';
import { sayWriteError } from './say-write-error.ts';
import { syncPath } from './sync-path.ts';

/** Files of a run that are replaced as a whole. */
export interface WholeFiles {
  /**
   * Resolves when the file has this text, on the disk too, or when `onTrouble` was called; never rejects. One after the
   * other, so that an older text never replaces a newer one.
   */
  replace(name: string, text: string | Promise<string>): Promise<void>;
  /** Resolves when all that was asked for so far is done. */
  settled(): Promise<void>;
}

export function createWholeFiles(directory: string, onTrouble: (reason: string) => void): WholeFiles {
  let last = Promise.resolve();
  const write = async (name: string, text: string | Promise<string>) => {
    try {
      const whole = await text;
      // It syncs the file; the name is in the directory.
      await retryOutOfFiles(() => writeFileAtomic(join(directory, name), whole, { mode: 0o600 }));
      await syncPath(directory);
    } catch (error) {
      onTrouble(sayWriteError(error as Error));
    }
  };
  return {
    replace(name, text) {
      last = last.then(() => write(name, text));
      return last;
    },
    settled: () => last,
  };
}
