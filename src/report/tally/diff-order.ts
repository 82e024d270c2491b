import type { AmountChange } from './compare-amounts.ts';

/** By what the rows of a comparison are ordered. */
export interface DiffOrder {
  /** `change` and `percent` are those per second, where these are known. */
  readonly by: 'change' | 'percent' | 'from' | 'to';
  /** The measure that decides; absent: the first one of the table. */
  readonly column?: string;
  /** Absent: the greatest first, of changes whatever their sign. */
  readonly direction?: 'ascending' | 'descending';
}

/** Reads `percent`, `bytes`, `change:asc`, `bytes:percent:desc`; undefined for anything else. */
export function parseDiffOrder(text: string): DiffOrder | undefined {
  let order: DiffOrder = { by: 'change' };
  const given = new Set<string>();
  for (const word of text.split(':')) {
    const part = partOf(word);
    const [name] = Object.keys(part ?? {});
    if (part === undefined || name === undefined || given.has(name)) return undefined;
    given.add(name);
    order = { ...order, ...part };
  }
  return order;
}

function partOf(word: string): Partial<DiffOrder> | undefined {
  switch (word) {
    case 'change':
    case 'percent':
    case 'from':
    case 'to':
      return { by: word };
    case 'asc':
      return { direction: 'ascending' };
    case 'desc':
      return { direction: 'descending' };
    default:
      return /^[A-Za-z_]\w*$/.test(word) ? { column: word } : undefined;
  }
}

/** Orders rows by what changed in them. What is unknown comes last, and equal ones stay in their order. */
export function inDiffOrder<Row>(
  rows: readonly Row[],
  { by, direction }: DiffOrder,
  amountOf: (row: Row) => AmountChange | undefined,
): readonly Row[] {
  const weighed = rows.map(row => {
    const amount = amountOf(row);
    const value = amount === undefined ? undefined : weightOf(amount, by);
    return { row, value: direction === undefined && value !== undefined ? Math.abs(value) : value };
  });
  const sign = direction === 'ascending' ? 1 : -1;
  return weighed
    .sort((left, right) => {
      if (left.value === undefined || right.value === undefined)
        return Number(left.value === undefined) - Number(right.value === undefined);
      return left.value === right.value ? 0 : sign * (left.value < right.value ? -1 : 1);
    })
    .map(({ row }) => row);
}

function weightOf(amount: AmountChange, by: DiffOrder['by']): number | undefined {
  const { change, percent } = amount.perSecond ?? amount;
  switch (by) {
    case 'from':
    case 'to':
      return amount[by] === undefined ? undefined : Number(amount[by]);
    case 'change':
      return change === undefined ? undefined : Number(change);
    case 'percent':
      // What there was none of has grown beyond any per cent.
      return percent ?? (change === undefined ? undefined : Number(change) < 0 ? -Infinity : Infinity);
  }
}
