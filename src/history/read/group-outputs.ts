import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import pLimit from 'p-limit';
import type { HostName } from '../../model/ids.ts';
import { outputPath } from '../write/output-path.ts';

/** Hosts whose scripts printed the same to stdout, to the byte. */
export interface OutputGroup {
  readonly hosts: readonly HostName[];
  /** 0: they printed nothing. */
  readonly bytes: number;
  /** The file of the first of them. */
  readonly path: string;
}

/**
 * The outputs that a run keeps, each once: first what most hosts have, then in the order of `hosts`; such as printed
 * nothing stand last. No output is held: files are read in pieces, a few at a time. A file that cannot be read counts as
 * nothing printed; aborted, it rejects.
 */
export async function groupOutputs(
  directory: string,
  hosts: readonly HostName[],
  signal: AbortSignal,
): Promise<readonly OutputGroup[]> {
  const limit = pLimit(filesAtOnce);
  const digests = await Promise.all(
    hosts.map(host => {
      const path = outputPath(directory, host, 'stdout');
      return limit(async () => ({ host, path, ...(await digestFile(path, signal)) }));
    }),
  );
  const groups = new Map<string, { hosts: HostName[]; bytes: number; path: string }>();
  for (const { host, path, bytes, sha256 } of digests) {
    const group = groups.get(sha256);
    if (group === undefined) groups.set(sha256, { hosts: [host], bytes, path });
    else group.hosts.push(host);
  }
  return [...groups.values()].sort(
    (left, right) => Number(left.bytes === 0) - Number(right.bytes === 0) || right.hosts.length - left.hosts.length,
  );
}

async function digestFile(path: string, signal: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    // The stream does not listen to the signal: there may be thousands.
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      hash.update(piece);
      bytes += piece.length;
    }
  } catch {
    signal.throwIfAborted();
    // A host that printed nothing has no file.
    return { bytes: 0, sha256: createHash('sha256').digest('hex') };
  }
  return { bytes, sha256: hash.digest('hex') };
}

const filesAtOnce = 16;
