/** Sums over time. Steps are one second at first, and become longer with time. */
export interface TimeBins {
  /** `at` in milliseconds since 1970. */
  add(group: string, at: number, value: number): void;
  /** The `most` greatest groups, and the rest as one line. Steps have at least this many milliseconds. */
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

/** More points than any screen can show are of no use. */
const mostBins = 600;
/** All further groups are summed as one. */
const mostGroups = 1000;
/** So many of them are told apart, to say how many there are. */
const mostCounted = 10_000;

export function createTimeBins(): TimeBins {
  const groups = new Map<string, Map<number, number>>();
  const beyond = { names: new Set<string>(), bins: new Map<number, number>() };
  let step = 1000;
  let base: number | undefined;

  const binsOf = (group: string): Map<number, number> => {
    const known = groups.get(group);
    if (known !== undefined) return known;
    if (groups.size >= mostGroups) {
      if (beyond.names.size < mostCounted) beyond.names.add(group);
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
      // The first host prints in the middle of its steps, so that small delays do not move it to another step.
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
      const shown = sorted.slice(0, sorted.length === most + 1 && beyond.names.size === 0 ? most + 1 : most);
      const rest = new Map(beyond.bins);
      for (const { bins } of sorted.slice(shown.length)) for (const [bin, value] of bins) addTo(rest, bin, value);
      const steps = [...new Set([...sorted.flatMap(({ bins }) => [...bins.keys()]), ...rest.keys()])].sort(
        (left, right) => left - right,
      );
      const lineOf = (name: string, bins: ReadonlyMap<number, number>): SeriesLine => ({
        name,
        values: steps.map(bin => bins.get(bin) ?? 0),
      });
      const others = sorted.length - shown.length + beyond.names.size;
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
