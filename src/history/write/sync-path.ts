import { open } from 'node:fs/promises';
import { retryOutOfFiles } from '../../process/out-of-files.ts';

/** So that a file's text, or the names in a directory, outlive a power cut too; what cannot be synced is left as it is. */
export async function syncPath(path: string): Promise<void> {
  try {
    await using handle = await retryOutOfFiles(() => open(path));
    await handle.sync();
  } catch {
    // Some file systems cannot sync; errors of writing are reported by the writer.
  }
}
