/** The timer of whole numbers that one of a fraction means: `timer.ms` and 500 for `timer.s(0.5)`. */
export interface WholeTimer {
  readonly unit: string;
  readonly count: number;
}

/** Looks for it in the smaller units; undefined if there is none. `text` is the fraction as written. */
export function wholeTimer(unit: string, text: string): WholeTimer | undefined {
  if (!/^\d*\.\d+$/.test(text) || text.length > 20) return undefined;
  const from = units.findIndex(names => names.includes(unit));
  if (from === -1) return undefined;
  for (const [index, [name = '']] of units.slice(from + 1).entries()) {
    // 0.3 is 299.99… thousandths to a double.
    const count = Number(text) * 1000 ** (index + 1);
    const whole = Math.round(count);
    if (whole > 0 && Math.abs(count - whole) < 1e-6) return { unit: name, count: whole };
  }
  return undefined;
}

const units = [
  ['s', 'sec'],
  ['ms', 'msec'],
  ['us', 'usec'],
  ['ns', 'nsec'],
];
