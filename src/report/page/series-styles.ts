import type { Series } from '../../records/gather-series.ts';

/** How many lines can be told apart: colours of which every second half is dashed, see `page.css`. */
const styles = 8;
/** The style of what a chart sums up as `others`. */
export const styleOfOthers: number = styles;

/**
 * Gives each name one style on the whole page, whatever its rank in a chart, and as a rule the same on the page of the next run: the
 * name itself says which. Two that meet in a chart never have the same.
 */
export function styleSeries(series: readonly Series[]): ReadonlyMap<string, number> {
  const meets = new Map<string, Set<string>>();
  for (const { lines, others } of series) {
    const names = (others === 0 ? lines : lines.slice(0, -1)).map(({ name }) => name);
    for (const name of names) meets.set(name, new Set([...(meets.get(name) ?? []), ...names]));
  }
  const chosen = new Map<string, number>();
  for (const [name, others] of meets) {
    const taken = new Set([...others].map(other => chosen.get(other)));
    const wished = hashOf(name) % styles;
    const tried = Array.from({ length: styles }, (_, step) => (wished + step) % styles);
    chosen.set(name, tried.find(style => !taken.has(style)) ?? wished);
  }
  return chosen;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
