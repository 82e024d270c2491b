import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModuleParameter, readModinfo } from '../../elf/read-modinfo.ts';
import type { ProbedBinary } from '../../model/binary.ts';
import type { ArtifactKey, ModuleName, Sha256 } from '../../model/ids.ts';
import { makeOwnFolder } from '../../process/own-folder.ts';
import { digest } from './digest.ts';
import { formatKeptBinaries, hasUserProbes, readKeptBinaries } from './kept-binaries.ts';

/** A module that was built and checked, with its bytes. */
export interface Artifact {
  readonly key: ArtifactKey;
  readonly module: ModuleName;
  readonly bytes: Uint8Array;
  readonly sha256: Sha256;
  readonly vermagic: string;
  readonly parameters: readonly ModuleParameter[];
  /** What a target must have the same of before it is loaded: the files that it has breakpoints for, and those planned. */
  readonly binaries: readonly ProbedBinary[];
}

/**
 * Built modules by their key, each in a folder: `KEY/NAME.ko`, `KEY/sha256` and `KEY/binaries`. An entry is made in a temporary
 * folder and renamed, so that it is complete. One that fails its checksum counts as missing, and so does one of an older tapbook
 * that probes files in user space, and does not say which.
 */
export interface ModuleCache {
  readonly directory: string;
  /** The keys that have an entry. */
  keys(): Promise<ReadonlySet<string>>;
  load(key: ArtifactKey, module: ModuleName): Promise<Artifact | undefined>;
  store(artifact: Artifact): Promise<void>;
}

export function openModuleCache(directory: string): ModuleCache {
  return {
    directory,
    async keys() {
      const names = await readdir(directory).catch(onMissing([] as string[]));
      return new Set(names.filter(name => /^[0-9a-f]{64}$/.test(name)));
    },
    async load(key, module) {
      const folder = join(directory, key);
      const [bytes, wanted, kept] = await Promise.all([
        readFile(join(folder, `${module}.ko`)).catch(onMissing(undefined)),
        readFile(join(folder, 'sha256'), 'utf8').catch(onMissing(undefined)),
        readFile(join(folder, 'binaries'), 'utf8').catch(onMissing(undefined)),
      ]);
      if (bytes === undefined || wanted === undefined) return undefined;
      const sha256 = digest(bytes);
      if (sha256 !== wanted.trim()) return undefined;
      const info = readModinfo(bytes);
      if (!info.ok) return undefined;
      const { vermagic, parameters } = info.value;
      const binaries = kept === undefined && !hasUserProbes(bytes) ? [] : readKeptBinaries(kept ?? '', sha256);
      if (binaries === undefined) return undefined;
      // Pruning goes by the time of the last use.
      const now = new Date();
      await utimes(folder, now, now).catch(() => undefined);
      return { key, module, bytes, sha256, vermagic, parameters, binaries };
    },
    async store({ key, module, bytes, sha256, binaries }) {
      await makeOwnFolder(directory);
      const making = join(directory, `.making-${randomBytes(6).toString('hex')}`);
      try {
        await mkdir(making, { mode: 0o700 });
        await writeFile(join(making, `${module}.ko`), bytes, { mode: 0o600 });
        await writeFile(join(making, 'sha256'), `${sha256}\n`, { mode: 0o600 });
        await writeFile(join(making, 'binaries'), formatKeptBinaries(binaries, sha256), { mode: 0o600 });
        const folder = join(directory, key);
        // A rename onto a filled folder fails, so the old entry, which is damaged or the same module, is removed first.
        // Another run may store the same module at the same time: then either will do.
        const unlessFilled = (error: NodeJS.ErrnoException): void => {
          if (!['ENOTEMPTY', 'EEXIST'].includes(error.code ?? '')) throw error;
        };
        await rm(folder, { recursive: true, force: true }).catch(unlessFilled);
        await rename(making, folder).catch(unlessFilled);
      } finally {
        await rm(making, { recursive: true, force: true });
      }
    },
  };
}

function onMissing<Value>(value: Value): (error: NodeJS.ErrnoException) => Value {
  return error => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value;
    throw error;
  };
}
