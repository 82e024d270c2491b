import { onAbort } from './on-abort.ts';

/**
 * The one count of the descriptors that a run's connections hold, so that they leave some for its own files. A process may have
 * only so many files open, and each connection is one or several; a fleet may have more hosts than that. A connection
 * claims its descriptors before it is made, and waits where there are none: else the hosts that come too late would look
 * unreachable, and what they print could not be kept. Connections that nobody uses are lent to the budget, which closes them to make room.
 *
 * Files that are open for moments only are not counted: `measureRoom` leaves some descriptors for them.
 */
export interface DescriptorBudget {
  /** The limit of open files of this process; absent where none is known. */
  readonly limit?: number;
  /** How many may be claimed at a time. */
  readonly room: number;
  /** Waits, in the order of the calls, until there is room for so many. Throws only the reason of `signal`. */
  claim(count: number, signal: AbortSignal): Promise<Claim>;
  /** Counts so many at once, for what must not wait, though there may be no room. */
  take(count: number): Claim;
  /** Has `next` asked, whenever room is wanted, for what may be closed. */
  lend(next: () => Spare | undefined): Lender;
}

export interface Claim {
  /** More than once is as good as once. */
  release(): void;
}

/** Something open that nobody uses. Its claim is released when it is closed. */
export interface Spare {
  readonly descriptors: number;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface Lender {
  /** To be called when something has come to be spare. */
  offer(): void;
  end(): void;
}

export function createDescriptorBudget({ limit, room }: Pick<DescriptorBudget, 'limit' | 'room'>): DescriptorBudget {
  let used = 0;
  /** Of these the claims are about to be released. */
  let closing = 0;
  const waiting: Waiting[] = [];
  const lenders = new Set<() => Spare | undefined>();
  const take = (count: number): Claim => {
    let isHeld = true;
    used += count;
    return {
      release() {
        if (!isHeld) return;
        isHeld = false;
        used -= count;
        admit();
      },
    };
  };
  const fits = (count: number): boolean => used === 0 || used + count <= room;
  const admit = (): void => {
    for (let first = waiting[0]; first !== undefined && fits(first.count); first = waiting[0]) {
      waiting.shift();
      first.grant(take(first.count));
    }
    makeRoom();
  };
  const makeRoom = (): void => {
    const wanted = waiting.reduce((sum, { count }) => sum + count, 0);
    while (waiting.length > 0 && used - closing > 0 && used - closing + wanted > room) {
      const spare = firstSpare(lenders);
      if (spare === undefined) return;
      closing += spare.descriptors;
      void spare.close().then(() => {
        closing -= spare.descriptors;
        admit();
      });
    }
  };
  return {
    ...(limit === undefined ? {} : { limit }),
    room,
    take,
    claim(count, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (count === 0 || (waiting.length === 0 && fits(count))) return Promise.resolve(take(count));
      return new Promise((resolve, reject) => {
        const one: Waiting = {
          count,
          grant(claim) {
            forget();
            resolve(claim);
          },
        };
        const forget = onAbort(signal, () => {
          waiting.splice(waiting.indexOf(one), 1);
          reject(signal.reason);
          admit();
        });
        waiting.push(one);
        makeRoom();
      });
    },
    lend(next) {
      lenders.add(next);
      return { offer: makeRoom, end: () => lenders.delete(next) };
    },
  };
}

interface Waiting {
  readonly count: number;
  grant(claim: Claim): void;
}

function firstSpare(lenders: Iterable<() => Spare | undefined>): Spare | undefined {
  for (const next of lenders) {
    const spare = next();
    if (spare !== undefined) return spare;
  }
  return undefined;
}

/** For those who need not count. */
export const endlessDescriptors: DescriptorBudget = createDescriptorBudget({ room: Number.POSITIVE_INFINITY });
