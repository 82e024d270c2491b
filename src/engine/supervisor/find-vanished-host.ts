import type { Host } from '../../model/host.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { SupervisedRun } from './supervision.ts';

/** A host whose connection went right after a load, and what became of it. */
export interface Vanished {
  /** From the load until it was clear that the connection is lost. */
  readonly seconds: number;
  /** It does not answer, or it answers and has booted anew. */
  readonly state: 'silent' | 'booted';
}

/** A host that said nothing later than so many seconds after a load began may have panicked of it. */
const soonSeconds = 15;

/** A kernel that panics closes no connection: it takes so long until the keepalives tell. */
const knownSeconds = 75;

/** How long a new connection, and then an answer, may take. */
const limitMs = 8_000;

/**
 * Whether a host has gone of what was loaded there: it was lost within seconds after the load, and when it is asked once
 * more by a new connection it does not answer, or is another boot. Undefined where it has not, or nobody can tell any more.
 */
export async function findVanishedHost(
  { end, left, sinceLoad }: Pick<SupervisedRun, 'end' | 'left' | 'sinceLoad'>,
  host: Host,
  { fleet, stop, abandon }: { readonly fleet: Fleet; readonly stop: AbortSignal; readonly abandon: AbortSignal },
): Promise<Vanished | undefined> {
  if (stop.aborted || abandon.aborted) return undefined;
  // Its own supervisor had the last word: it was alive.
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
