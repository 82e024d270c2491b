import type { ProbedBinary } from '../../model/binary.ts';
import type { ElfBuildId, Sha256 } from '../../model/ids.ts';
import { digest } from './digest.ts';

/**
 * The files that a module has breakpoints for, as they are kept beside it: a line `BUILD-ID PATH` for each, below the digest of
 * these lines and the module's own. A path has no line end in it (see read-generated-probes.ts).
 */
export function formatKeptBinaries(binaries: readonly ProbedBinary[], module: Sha256): string {
  const lines = linesOf(binaries);
  return `${digest(module + lines)}\n${lines}`;
}

/** Undefined for a text that is damaged, or belongs to another module. */
export function readKeptBinaries(text: string, module: Sha256): readonly ProbedBinary[] | undefined {
  const [wanted = '', ...lines] = text.split('\n');
  if (wanted !== digest(module + lines.join('\n'))) return undefined;
  return lines.slice(0, -1).map(line => {
    const at = line.indexOf(' ');
    return { buildId: line.slice(0, at) as ElfBuildId, path: line.slice(at + 1) };
  });
}

function linesOf(binaries: readonly ProbedBinary[]): string {
  return binaries.map(({ buildId, path }) => `${buildId} ${path}\n`).join('');
}

/**
 * Whether a module may have breakpoints in user space, by its bytes alone: the names of the tables that such a one has, and what
 * they begin with (SystemTap 1.8 to 5.6).
 */
export function hasUserProbes(bytes: Uint8Array): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return ['inode-uprobes', 'stap_inode_uprobe_', 'stap_uprobe_finders'].some(mark => all.includes(mark));
}
