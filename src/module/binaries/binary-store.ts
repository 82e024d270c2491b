import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElfBuildId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { makeOwnFolder } from '../../process/own-folder.ts';
import { readFileBuildId } from './read-file-build-id.ts';

/** A program or library of a target, or the debuginfo that was split off from it, which has its build-id too. */
export type BinaryPart = 'binary' | 'debuginfo';

export interface StoredBinary {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Targets' binaries by their build-id, each in a folder: `ID/file` and `ID/sha256`, and `ID.debuginfo/…` for debuginfo. An entry is
 * made in a temporary folder and renamed, so that it is complete. One that fails its checksum counts as missing.
 */
export interface BinaryStore {
  readonly directory: string;
  find(buildId: ElfBuildId, part: BinaryPart): Promise<StoredBinary | undefined>;
  /**
   * Stores what arrives, if it is all of `bytes` and has that build-id. The error is a clause that says what is wrong with it. Memory
   * is needed for one chunk at a time. Throws what `chunks` throws.
   */
  receive(
    buildId: ElfBuildId,
    part: BinaryPart,
    incoming: { readonly bytes: number; readonly chunks: AsyncIterable<Uint8Array> },
  ): Promise<Result<StoredBinary, string>>;
}

export function openBinaryStore(directory: string): BinaryStore {
  const folderOf = (buildId: ElfBuildId, part: BinaryPart): string =>
    join(directory, part === 'binary' ? buildId : `${buildId}.debuginfo`);
  return {
    directory,
    async find(buildId, part) {
      const folder = folderOf(buildId, part);
      const file = join(folder, 'file');
      const wanted = await readFile(join(folder, 'sha256'), 'utf8').catch(() => undefined);
      if (wanted === undefined || (await digestOf(file)) !== wanted.trim()) return undefined;
      // Pruning goes by the time of the last use.
      const now = new Date();
      await utimes(folder, now, now).catch(() => undefined);
      return { file, bytes: (await stat(file)).size };
    },
    async receive(buildId, part, { bytes, chunks }) {
      const making = join(directory, `.making-${randomBytes(6).toString('hex')}`);
      const file = join(making, 'file');
      try {
        const unsafe = await makeOwnFolder(directory).then(
          () => undefined,
          ({ message }: Error) => message,
        );
        if (unsafe !== undefined) return err(`it cannot be kept in ${directory} here: ${unsafe}`);
        await mkdir(making, { mode: 0o700 });
        const sha256 = await write(file, bytes, chunks);
        if (!sha256.ok) return sha256;
        const arrived = await readFileBuildId(file);
        if (arrived !== buildId)
          return err(`what has arrived has ${arrived === undefined ? 'no build-id' : `the build-id ${arrived}`}`);
        await writeFile(join(making, 'sha256'), `${sha256.value}\n`, { mode: 0o600 });
        const folder = folderOf(buildId, part);
        // Another run may store the same at the same time: then either will do.
        await rm(folder, { recursive: true, force: true }).catch(unlessFilled);
        await rename(making, folder).catch(unlessFilled);
        return ok({ file: join(folder, 'file'), bytes });
      } catch (error) {
        const why = explainTrouble(error as NodeJS.ErrnoException, directory);
        if (why === undefined) throw error;
        return err(why);
      } finally {
        await rm(making, { recursive: true, force: true }).catch(() => undefined);
      }
    },
  };
}

/** Resolves to the digest of what was written. */
async function write(file: string, bytes: number, chunks: AsyncIterable<Uint8Array>): Promise<Result<string, string>> {
  const hash = createHash('sha256');
  const handle = await open(file, 'wx', 0o600);
  let length = 0;
  try {
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > bytes) return err(`more than its ${bytes} bytes have arrived`);
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  return length === bytes ? ok(hash.digest('hex')) : err(`only ${length} of its ${bytes} bytes have arrived`);
}

async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) hash.update(chunk as Uint8Array);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

/** A rename onto a filled folder fails. */
function unlessFilled(error: NodeJS.ErrnoException): void {
  if (!['ENOTEMPTY', 'EEXIST'].includes(error.code ?? '')) throw error;
}

/** Of what the file system refuses; undefined of all else. */
function explainTrouble({ code, message, syscall }: NodeJS.ErrnoException, directory: string): string | undefined {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `there is no space left in ${directory} here`;
  return syscall === undefined ? undefined : `it cannot be kept in ${directory} here: ${message}`;
}
