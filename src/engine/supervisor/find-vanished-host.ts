import type { Host } from '../../model/host.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { SupervisedRun } from './supervision.ts';

/** A host whose connection was lost right after a load. */
export interface Vanished {
  /** From the load until it was clear that the connection is lost. */
  readonly seconds: number;
  /** `silent`: it does not answer. `booted`: it answers and has rebooted. */
  readonly state: 'silent' | 'booted';
}

/** A host last heard of within so many seconds after a load began may have panicked because of it. */
const soonSeconds = 15;

/** A kernel that panics closes no connection: keepalives take up to so long to notice. */
const knownSeconds = 75;

/** How long a new connection, and then an answer, may take. */
const limitMs = 8_000;

/**
 * Finds out whether a load has crashed its host: the host was lost within seconds after the load, and over a new
 * connection does not answer, or has rebooted. Undefined where it has not crashed, or the run is being stopped.
 */
export async function findVanishedHost(
  { end, left, sinceLoad }: Pick<SupervisedRun, 'end' | 'left' | 'sinceLoad'>,
  host: Host,
  { fleet, stop, abandon }: { readonly fleet: Fleet; readonly stop: AbortSignal; readonly abandon: AbortSignal },
): Promise<Vanished | undefined> {
  if (stop.aborted || abandon.aborted) return undefined;
  // The supervisor has reported the end: the host was alive.
  if (end.kind !== 'lost' || left.module !== 'unknown' || sinceLoad === undefined) return undefined;
  if (sinceLoad.lastHeard > soonSeconds || sinceLoad.known > knownSeconds) return undefined;
  const seconds = Math.round(sinceLoad.known);
  try {
    const again = await fleet.openAgain(host, limitMs);
    if (!again.ok) return { seconds, state: 'silent' };
    await using connection = again.value;
    const asked = await runCommand(connection, ['cat', '/proc/sys/kernel/random/boot_id'], {
      signal: abandon,
      as: 'login-user',
      limitMs,
      maxOutputBytes: 10_000,
    });
    if (!asked.ok) return { seconds, state: 'silent' };
    const boot = asked.value.stdout.trim().split('\n').at(-1) ?? '';
    const isAnother = sinceLoad.boot !== undefined && bootId.test(boot) && boot !== sinceLoad.boot;
    return isAnother ? { seconds, state: 'booted' } : undefined;
  } catch (error) {
    if (stop.aborted || abandon.aborted) return undefined;
    throw error;
  }
}

const bootId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
