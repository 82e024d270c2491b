import type { Result } from '../model/result.ts';
import { type DescriptorBudget, endlessDescriptors } from '../process/descriptor-budget.ts';
import { explainOutOfFiles, type OutOfFiles } from '../process/out-of-files.ts';
import type { ConnectFailure, Connection, ConnectOptions } from './transport.ts';

/** Connects when there is room for so many descriptors; they are claimed until the connection is closed. */
export async function claimDescriptors(
  budget: DescriptorBudget | undefined,
  count: number,
  { signal, room }: Pick<ConnectOptions, 'signal' | 'room'>,
  connect: () => Promise<Result<Connection, ConnectFailure>>,
): Promise<Result<Connection, ConnectFailure>> {
  const { claim: wait, take } = budget ?? endlessDescriptors;
  const claim = room === 'not-waited-for' ? take(count) : await wait(count, signal);
  let connected: Result<Connection, ConnectFailure> | undefined;
  try {
    connected = await connect();
    if (connected.ok) void connected.value.closed.then(claim.release);
    return connected;
  } finally {
    if (connected?.ok !== true) claim.release();
  }
}

/** That nothing could be opened here on the way to a server; `where` is the server, as a person writes it. */
export function failOutOfFiles(code: OutOfFiles, where: string): ConnectFailure {
  const { cause, cure } = explainOutOfFiles(code);
  return { kind: 'out-of-files', cause: `no connection to ${where} could be opened: ${cause}`, cure };
}
