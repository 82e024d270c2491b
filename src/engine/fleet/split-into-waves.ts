import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../model/host.ts';
import { deferred } from '../../process/deferred.ts';
import { type Patience, usualPatience } from './patience.ts';

interface Answered {
  readonly kind: 'ready' | 'unreachable' | 'failed';
  readonly host: Host;
}

/**
 * Groups hosts into waves as they answer, so that nobody waits for late ones. A wave is due when a host is ready and all
 * that have not answered are late; the last wave has the rest. Each wave after the first is held back a little to gather
 * more hosts. `isLate` is asked after each answer, and whenever `changed` is called. `first`: whether the first wave may have
 * nobody who is ready.
 * The waves reject as an answer does.
 */
export function splitIntoWaves<Answer extends Answered>(
  hosts: readonly Host[],
  answers: readonly Promise<Answer>[],
  isLate: (host: Host) => boolean,
  signal: AbortSignal,
  {
    gatherMs,
    first = 'has-ready',
  }: Pick<Patience, 'gatherMs'> & { readonly first?: 'has-ready' | 'may-be-empty' } = usualPatience,
): { readonly waves: AsyncGenerator<readonly Answer[]>; readonly changed: () => void } {
  const waiting = new Set(hosts);
  let arrived: Answer[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  for (const answer of answers) {
    answer.then(
      one => {
        waiting.delete(one.host);
        arrived.push(one);
        wake();
      },
      (error: unknown) => {
        failure ??= { error };
        wake();
      },
    );
  }
  const isDue = (number: number): boolean => {
    if (waiting.size === 0) return true;
    const isEnough = arrived.some(({ kind }) => kind === 'ready') || (number === 0 && first === 'may-be-empty');
    return isEnough && [...waiting].every(isLate);
  };
  async function* waves(): AsyncGenerator<readonly Answer[]> {
    for (let number = 0; waiting.size + arrived.length > 0; number++) {
      while (failure === undefined && !isDue(number)) {
        const change = deferred();
        wake = change.resolve;
        await change.promise;
      }
      if (number > 0 && waiting.size > 0) await sleep(gatherMs, undefined, { signal }).catch(() => undefined);
      if (failure !== undefined) throw failure.error;
      const wave = arrived;
      arrived = [];
      yield wave;
    }
  }
  return { waves: waves(), changed: () => wake() };
}
