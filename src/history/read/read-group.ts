import type { ShownOutput } from '../../model/shown-output.ts';
import type { OutputGroup } from './group-outputs.ts';
import { readBeginning } from './read-beginning.ts';

/** The first lines of a group's output, as many as fit into so many bytes. Throws what `open` throws. */
export async function readGroup({ hosts, bytes, path }: OutputGroup, mostBytes: number): Promise<ShownOutput> {
  if (bytes === 0) return { hosts, lines: [] };
  const { lines, isWhole } = await readBeginning(path, mostBytes);
  return isWhole ? { hosts, lines } : { hosts, lines, cut: { path, bytes } };
}
