/** Sums over time: steps of a second at first, and longer ones as it goes on. */
export interface TimeBins {
  /** `at` in milliseconds since 1970. */
  add(group: string, at: number, value: number): void;
  /** With steps of at least so many milliseconds; the `most` greatest groups, and the rest as one line. */
  tell(
    leastStep: number,
    most: number,
  ): {
    readonly stepSeconds: number;
    readonly times: readonly number[];
    readonly lines: readonly SeriesLine[];
    readonly others: number;
  };
}

export interface SeriesLine {
  readonly name: string;
  readonly values: readonly number[];
}

/** So many points are wide enough for any screen. */
const mostBins = 600;
/** Groups beyond so many count for one. */
const mostGroups = 1000;

export function createTimeBins(): TimeBins {
  const groups = new Map<string, Map<number, number>>();
  const beyond = { names: 0, bins: new Map<number, number>() };
  let step = 1000;
  let base: number | undefined;

  const binsOf = (group: string): Map<number, number> => {
    const known = groups.get(group);
    if (known !== undefined) return known;
    if (groups.size >= mostGroups) {
      beyond.names++;
      return beyond.bins;
    }
    const bins = new Map<number, number>();
    groups.set(group, bins);
    return bins;
  };
  const widen = (factor: number): void => {
    step *= factor;
    for (const bins of [...groups.values(), beyond.bins]) mergeBins(bins, factor);
  };
  return {
    add(group, at, value) {
      if (!Number.isFinite(at) || !Number.isFinite(value)) return;
      // The first host stands in the middle of its steps, so that a little more or less does not matter.
      base ??= at - step / 2;
      while (Math.abs(at - base) / step >= mostBins) widen(2);
      addTo(binsOf(group), Math.floor((at - base) / step), value);
    },
    tell(leastStep, most) {
      const factor = Math.ceil(Math.round(leastStep / 100) / (step / 100));
      if (factor > 1) widen(factor);
      const sorted = [...groups]
        .map(([name, bins]) => ({ name, bins, total: [...bins.values()].reduce((sum, value) => sum + value, 0) }))
        .sort((left, right) => right.total - left.total || (left.name < right.name ? -1 : 1));
      const shown = sorted.slice(0, sorted.length === most + 1 && beyond.names === 0 ? most + 1 : most);
      const rest = new Map(beyond.bins);
      for (const { bins } of sorted.slice(shown.length)) for (const [bin, value] of bins) addTo(rest, bin, value);
      const steps = [...new Set([...sorted.flatMap(({ bins }) => [...bins.keys()]), ...rest.keys()])].sort(
        (left, right) => left - right,
      );
      const lineOf = (name: string, bins: ReadonlyMap<number, number>): SeriesLine => ({
        name,
        values: steps.map(bin => bins.get(bin) ?? 0),
      });
      const others = sorted.length - shown.length + beyond.names;
      return {
        stepSeconds: step / 1000,
        times: steps.map(bin => ((base ?? 0) + bin * step) / 1000),
        lines: [
          ...shown.map(({ name, bins }) => lineOf(name, bins)),
          ...(others === 0 ? [] : [lineOf(`${others} others`, rest)]),
        ],
        others,
      };
    },
  };
}

function addTo(bins: Map<number, number>, bin: number, value: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + value);
}

function mergeBins(bins: Map<number, number>, factor: number): void {
  const merged = new Map<number, number>();
  for (const [bin, value] of bins) addTo(merged, Math.floor(bin / factor), value);
  bins.clear();
  for (const [bin, value] of merged) bins.set(bin, value);
}
