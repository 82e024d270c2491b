import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';

/** Where one run keeps all that it has to say. */
export interface RunDirectory {
  readonly path: string;
  /** Writes what stap printed for a build; resolves to the file, or to undefined where it cannot be written. */
  writeBuildLog(build: string, text: string): Promise<string | undefined>;
}

/**
 * Makes `ROOT/runs/RUN` with its folders, for its owner's eyes only: outputs of production hosts are nobody else's. The
 * error is a sentence.
 */
export async function createRunDirectory(root: string, run: RunId): Promise<Result<RunDirectory, string>> {
  const path = join(root, 'runs', run);
  try {
    for (const folder of ['output', 'build']) await mkdir(join(path, folder), { recursive: true, mode: 0o700 });
  } catch (error) {
    return err(`cannot make the run's directory ${path}: ${(error as Error).message}`);
  }
  return ok({
    path,
    async writeBuildLog(build, text) {
      const file = join(path, 'build', `${build.replace(/[^\w.@#-]/g, '_')}.log`);
      try {
        await writeFile(file, text, { mode: 0o600 });
        return file;
      } catch {
        return undefined;
      }
    },
  });
}
