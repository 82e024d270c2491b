import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { makeOwnFolder } from '../../process/own-folder.ts';
import { syncPath } from './sync-path.ts';

/**
 * The files of one run:
 *
 *     run.json           what a list of runs says of it: written at its beginning, and again at its end
 *     plan.json          what `tapbook plan --format json` prints, written as soon as a play is planned
 *     events.ndjson      every event, one a line; but lines and records of scripts are gathered, see `OutputBatch`
 *     output/HOST.txt    what the host's scripts printed, line for line as it came; HOST.err.txt for their stderr
 *     files/…            the same, by the `output.file` of a script that has one
 *     build/BUILD.log    what stap printed
 *     summary.json       how it ended
 *     hosts              all that it was about, one a line
 *     failed.hosts       one host a line, for `--limit @FILE`, while it runs too; absent if none failed
 */
export interface RunDirectory {
  readonly path: string;
  /** Writes what stap printed for a build; resolves to the file, or to undefined where it cannot be written. */
  writeBuildLog(build: string, text: string): Promise<string | undefined>;
}

/**
 * Makes `ROOT/runs/RUN` with its folders, accessible only to its owner, since outputs of production hosts are confidential. An
 * existing directory is never reused. The error is a sentence.
 */
export async function createRunDirectory(root: string, run: RunId): Promise<Result<RunDirectory, string>> {
  const path = join(root, 'runs', run);
  try {
    await makeOwnFolder(join(root, 'runs'));
    await mkdir(path, { mode: 0o700 });
    for (const folder of ['output', 'build']) await mkdir(join(path, folder), { mode: 0o700 });
    await syncPath(join(root, 'runs'));
  } catch (error) {
    return err(`cannot make the run's directory ${path}: ${(error as Error).message}`);
  }
  return ok({
    path,
    async writeBuildLog(build, text) {
      const name = build.replace(/[^\w.@+~#-]/g, '_').replace(/^\./, '_');
      const file = join(path, 'build', `${name.slice(0, 200)}.log`);
      try {
        await writeFile(file, text, { mode: 0o600 });
        return file;
      } catch {
        return undefined;
      }
    },
  });
}
