/** How many of those that cost so much each fit into `room` at a time, whichever they are: one at least, unless there are none. */
export function countThatFit(costs: readonly number[], room: number): number {
  let left = room;
  let count = 0;
  for (const cost of costs.toSorted((one, other) => other - one)) {
    left -= cost;
    if (left < 0) return Math.max(1, count);
    count++;
  }
  return count;
}
