import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

/** How long one may keep others waiting, in milliseconds: a server that is slow costs no time here. */
const turnMs = 1_000;

/**
 * For work that is processor time on this side but may also be a wait for the other: so many begin at once, and one that is not
 * done within a moment goes on beside the next.
 */
export function stagger(atOnce: number): <Value>(job: () => Promise<Value>) => Promise<Value> {
  const turns = pLimit(atOnce);
  return async job => {
    // In an object, since a promise would be waited for.
    const { running } = await turns(async () => {
      const running = job();
      await Promise.race([running.catch(() => undefined), sleep(turnMs, undefined, { ref: false })]);
      return { running };
    });
    return running;
  };
}
