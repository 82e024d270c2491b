import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../model/host.ts';
import { deferred } from '../../process/deferred.ts';

interface Answered {
  readonly kind: 'ready' | 'unreachable' | 'failed';
  readonly host: Host;
}

/**
 * Hosts as they answer, for who need not wait for all of them. The first wave comes when every host has answered but those
 * that are late, and one at least is ready; a later one when one more is ready and only late ones are still waited for,
 * and no sooner than a second after that, since each is work; the last one has the rest. `isLate` is asked after each
 * answer, and whenever `changed` is called. The waves reject as an answer does.
 */
export function splitIntoWaves<Answer extends Answered>(
  hosts: readonly Host[],
  answers: readonly Promise<Answer>[],
  isLate: (host: Host) => boolean,
  signal: AbortSignal,
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
  const isFull = (): boolean =>
    waiting.size === 0 || (arrived.some(({ kind }) => kind === 'ready') && [...waiting].every(isLate));
  async function* waves(): AsyncGenerator<readonly Answer[]> {
    for (let number = 0; waiting.size + arrived.length > 0; number++) {
      while (failure === undefined && !isFull()) {
        const change = deferred();
        wake = change.resolve;
        await change.promise;
      }
      if (number > 0 && waiting.size > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (failure !== undefined) throw failure.error;
      const wave = arrived;
      arrived = [];
      yield wave;
    }
  }
  return { waves: waves(), changed: () => wake() };
}

const pauseMs = 1_000;
