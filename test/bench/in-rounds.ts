/** Runs each of several things in turn, so many times, so that whatever else the machine does meets all of them alike. */
export async function inRounds<Value>(
  rounds: number,
  things: readonly (() => Promise<Value>)[],
): Promise<readonly (readonly Value[])[]> {
  const results = things.map((): Value[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, thing] of things.entries()) results[index]?.push(await thing());
  }
  return results;
}

/** The value in the middle by what is looked at; of an even number the lower one. */
export function medianBy<Value>(values: readonly Value[], of: (value: Value) => number): Value {
  const sorted = values.toSorted((left, right) => of(left) - of(right));
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
