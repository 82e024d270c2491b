import { setTimeout as sleep } from 'node:timers/promises';

/** Waits at random, for this many seconds at most, so that many machines do not begin at once. Throws the reason of `signal`. */
export async function delayStart(mostSeconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (mostSeconds === undefined) return;
  await sleep(Math.random() * mostSeconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
}
