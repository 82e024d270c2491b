import { setTimeout as sleep } from 'node:timers/promises';
import { err, type Result } from '../model/result.ts';
import type { ConnectFailure, ConnectOptions } from './transport.ts';

/** How often a server that hangs up before the handshake (sshd's MaxStartups does) is tried again. */
const retries = 3;

/** How long to wait until somebody has closed a file, in milliseconds. */
const outOfFilesPause = 100;

/**
 * Tries again, with jitter, what was dropped before the handshake, or what found no descriptor on this side, as long as the limit
 * for connecting allows.
 */
export async function retryDropped<Value>(
  { signal, limits }: ConnectOptions,
  attempt: (limitMs: number) => Promise<Result<Value, ConnectFailure>>,
): Promise<Result<Value, ConnectFailure>> {
  let left = limits.connect;
  for (let tries = 0; ; ) {
    const start = performance.now();
    const result = await attempt(left);
    const isOut = !result.ok && result.error.kind === 'out-of-files';
    if (result.ok || (!isOut && (result.error.kind !== 'dropped' || tries === retries))) return result;
    const pause = (isOut ? outOfFilesPause : 200 << tries++) * (0.5 + Math.random());
    left -= performance.now() - start + pause;
    if (left <= 0) return err(result.error);
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
