import { createHash } from 'node:crypto';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isJsonObject } from '../../model/json.ts';
import { makeOwnFolder, whoElseWrites, whoWrites } from '../../process/own-folder.ts';
import { readWithin } from '../../process/read-within.ts';

/** A folder with a tapbook.yml, as it is now or at a revision. */
export interface FolderWithDefaults {
  /** Without links. */
  readonly folder: string;
  /** The user id that its tapbook.yml belongs to. */
  readonly owner: number;
  /** Of its tapbook.yml; sha256 in hexadecimal. */
  readonly digest: string;
}

/** What the user has said of a folder: with each tapbook.yml that was trusted, so that a change of branches is not asked about twice. */
export interface TrustedFolder extends Omit<FolderWithDefaults, 'digest'> {
  readonly digests: readonly string[];
}

export type TrustState = 'trusted' | 'changed' | 'unknown';

/** Those that are kept of one folder. */
const mostDigests = 50;
const largest = 64 * 1024;

/** The folders whose programs this user lets run, a file for each. Files that others could have written count as missing. */
export class TrustedFolders {
  readonly #directory: string;

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'trusted-folders');
  }

  async stateOf({ folder, owner, digest }: FolderWithDefaults): Promise<TrustState> {
    const kept = await this.find(folder);
    if (kept === undefined || kept.owner !== owner) return 'unknown';
    return kept.digests.includes(digest) ? 'trusted' : 'changed';
  }

  /** Throws errors of the file system, and one that says who else may write to the place. */
  async add({ folder, owner, digest }: FolderWithDefaults): Promise<void> {
    const kept = await this.find(folder);
    const earlier = kept?.owner === owner ? kept.digests.filter(one => one !== digest) : [];
    const record: TrustedFolder = { folder, owner, digests: [digest, ...earlier].slice(0, mostDigests) };
    await makeOwnFolder(this.#directory);
    await writeFileAtomic(this.#fileOf(folder), `${JSON.stringify(record)}\n`, { mode: 0o600 });
  }

  /** Whether it was there. Throws errors of the file system. */
  async remove(folder: string): Promise<boolean> {
    try {
      await unlink(this.#fileOf(folder));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async find(folder: string): Promise<TrustedFolder | undefined> {
    const kept = await this.#read(this.#fileOf(folder));
    return kept?.folder === folder ? kept : undefined;
  }

  /** By path. */
  async list(): Promise<readonly TrustedFolder[]> {
    const names = await readdir(this.#directory).catch(() => []);
    const read = await Promise.all(names.map(name => this.#read(join(this.#directory, name))));
    const kept = read.filter(one => one !== undefined);
    return kept.sort((left, right) => (left.folder < right.folder ? -1 : 1));
  }

  #fileOf(folder: string): string {
    return join(this.#directory, `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`);
  }

  async #read(file: string): Promise<TrustedFolder | undefined> {
    try {
      const found = await lstat(file);
      if (!found.isFile() || whoWrites(found) !== undefined) return undefined;
      if ((await whoElseWrites(this.#directory)) !== undefined) return undefined;
      return asRecord(JSON.parse((await readWithin(file, largest)).toString('utf8')));
    } catch {
      return undefined;
    }
  }
}

function asRecord(value: unknown): TrustedFolder | undefined {
  if (!isJsonObject(value as never)) return undefined;
  const { folder, owner, digests } = value as Record<string, unknown>;
  if (typeof folder !== 'string' || typeof owner !== 'number' || !Array.isArray(digests)) return undefined;
  return { folder, owner, digests: digests.map(String) };
}
