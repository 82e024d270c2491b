import type { HostName } from '../../model/ids.ts';
import type { RunTally } from '../tally/run-tally.ts';
import type { StreamWriter } from './stream-writer.ts';

/** The hosts on which a script began in any play, in the order of selection. */
export function hostsBegun({ plays }: RunTally): readonly HostName[] {
  return [...new Set(plays.flatMap(({ hosts, lastStep }) => hosts.filter(host => lastStep.has(host))))];
}

/** Each piece waits until the one before it is taken. What cannot be read is told of in its place. */
export async function writeOutputs(pieces: AsyncIterable<string>, results: StreamWriter): Promise<void> {
  try {
    for await (const piece of pieces) {
      results.write(piece);
      await results.room();
    }
  } catch (error) {
    results.write(`(what the hosts printed cannot be read: ${(error as Error).message})\n`);
  }
}
