import type { Series } from '../../records/gather-series.ts';

/** Colours of which every second half is dashed, and the same with lines the other way round, see `page.css`. */
const colours = 8;
const styles = 2 * colours;
/** The style of what a chart sums up as `others`. */
export const styleOfOthers: number = styles;

/**
 * Gives each name one style on the whole page, whatever its rank in a chart, and as a rule the same on the page of the next run: the
 * name itself says which. Two names share a style only if there are more of them than styles, and never in one chart.
 */
export function styleSeries(series: readonly Series[]): ReadonlyMap<string, number> {
  const meets = new Map<string, Set<string>>();
  for (const { lines, others } of series) {
    const names = (others === 0 ? lines : lines.slice(0, -1)).map(({ name }) => name);
    for (const name of names) meets.set(name, new Set([...(meets.get(name) ?? []), ...names]));
  }
  const chosen = new Map<string, number>();
  for (const [name, others] of meets) {
    const onPage = new Set(chosen.values());
    const inCharts = new Set([...others].map(other => chosen.get(other)));
    const wished = hashOf(name) % colours;
    const tried = Array.from({ length: styles }, (_, step) => {
      const colour = (wished + step) % colours;
      return step < colours ? colour : colour + colours;
    });
    chosen.set(name, tried.find(style => !onPage.has(style)) ?? tried.find(style => !inCharts.has(style)) ?? wished);
  }
  return chosen;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
