import type { HostName } from '../../model/ids.ts';
import type { ShownOutput } from '../../model/shown-output.ts';
import { groupOutputs } from './group-outputs.ts';
import { readGroup } from './read-group.ts';

export interface ReadOutputs {
  readonly outputs: readonly ShownOutput[];
  /** How many more hosts printed something. */
  readonly outputsLeftOut: number;
}

/** Bytes. */
const mostOfOne = 64 * 1024;
const mostOfAll = 4 * 1024 * 1024;

/** The beginning of each output that a run keeps, equal ones once, until there is enough for a page. Aborted, it rejects. */
export async function readOutputs(
  directory: string,
  hosts: readonly HostName[],
  signal: AbortSignal,
): Promise<ReadOutputs> {
  const groups = await groupOutputs(directory, hosts, signal);
  const outputs: ShownOutput[] = [];
  let room = mostOfAll;
  let outputsLeftOut = 0;
  for (const group of groups.filter(({ bytes }) => bytes > 0)) {
    if (room <= 0) outputsLeftOut += group.hosts.length;
    else {
      outputs.push(await readGroup(group, mostOfOne));
      room -= Math.min(group.bytes, mostOfOne);
    }
  }
  return { outputs, outputsLeftOut };
}
