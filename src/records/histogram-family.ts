import type { HostName } from '../model/ids.ts';
import type { HistogramRead } from '../model/records.ts';
import type { Title } from './read-title.ts';
import { addToSum, joinSums, newSum, type SummedHistogram } from './summed-histogram.ts';

/**
 * The histograms of a section whose titles differ by numbers only. These make no difference, as a rule: one host's process has
 * another number than another's. But where a host prints several in one sample (of CPU 0, of CPU 1), numbers tell them apart on all
 * hosts.
 */
export interface HistogramFamily {
  has(read: HistogramRead, title: FamilyTitle): boolean;
  /** Returns how many rows more it holds by now. */
  add(read: HistogramRead, title: FamilyTitle, samples: 'add' | 'last', order: number): number;
  /** Adds up what only numbers tell apart, unless they are known to make a difference. */
  collapse(): void;
  size(): number;
  /** What is to be shown, each once. */
  sums(): readonly SummedHistogram[];
}

type FamilyTitle = Pick<Title, 'keys' | 'parts'>;

export function createHistogramFamily(): HistogramFamily {
  let members = new Map<string, SummedHistogram>();
  let numbers: 'maybe' | 'differ' | 'same' = 'maybe';
  /** The first of each host's latest sample. */
  const seen = new Map<HostName, { readonly sample: number | undefined; readonly keys: string }>();

  const idOf = ({ number }: HistogramRead, { keys }: FamilyTitle): string =>
    JSON.stringify([number, numbers === 'same' ? [] : keys]);
  const compare = ({ host, sample }: HistogramRead, title: FamilyTitle): void => {
    if (numbers === 'differ' || title.keys.length === 0) return;
    const keys = JSON.stringify(title.keys);
    const first = seen.get(host);
    if (first === undefined || first.sample !== sample) seen.set(host, { sample, keys });
    else if (first.keys !== keys) {
      numbers = 'differ';
      seen.clear();
    }
  };
  const joined = (): Map<string, SummedHistogram> => {
    const byNumber = new Map<string, SummedHistogram>();
    for (const member of members.values()) {
      const id = JSON.stringify([member.read.number, []]);
      const into = byNumber.get(id) ?? newSum(member);
      byNumber.set(id, into);
      joinSums(into, member);
    }
    return byNumber;
  };
  return {
    has: (read, title) => members.has(idOf(read, title)),
    add(read, title, samples, order) {
      compare(read, title);
      const id = idOf(read, title);
      const sum = members.get(id) ?? newSum({ read, order, title: title.parts });
      members.set(id, sum);
      return addToSum(sum, read, title.parts, samples, order);
    },
    collapse() {
      if (numbers !== 'maybe') return;
      members = joined();
      numbers = 'same';
    },
    size: () => members.size,
    sums: () => [...(numbers === 'maybe' ? joined() : members).values()],
  };
}
