import uPlot from 'uplot';

interface ChartData {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly column: string;
  /** The values of each line, null where it breaks; their names are in the page's legend. */
  readonly lines: readonly (readonly (number | null)[])[];
  /** Which of the page's styles each line has. */
  readonly styles: readonly number[];
}

/** Draws the page's charts, in the colours of its style: anew when these change or there is another width. */
export function drawCharts(page: Document): void {
  const text = page.getElementById('series-data')?.textContent;
  if (text === null || text === undefined) return;
  const charts = JSON.parse(text) as readonly ChartData[];
  const drawn = new Map<string, { readonly place: HTMLElement; plot: uPlot }>();
  const logarithmic = new Set<string>();
  const draw = (place: HTMLElement): void => {
    const key = place.dataset['chart'] ?? '';
    const data = charts[Number(key)];
    if (data === undefined) return;
    const before = drawn.get(key);
    const plot = drawChart(place, data, logarithmic.has(key) ? 'log' : 'linear', legendOf(page, key));
    for (const [index, series] of before?.plot.series.entries() ?? []) {
      if (index > 0) plot.setSeries(index, { show: series.show !== false });
    }
    before?.plot.destroy();
    drawn.set(key, { place, plot });
  };
  const places = [...page.querySelectorAll<HTMLElement>('.plot')];
  for (const place of places) draw(place);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => places.forEach(draw));
  const watcher = new ResizeObserver(() => {
    for (const { place, plot } of drawn.values()) {
      if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize(sizeOf(place));
    }
  });
  for (const { place } of drawn.values()) watcher.observe(place);
  for (const button of page.querySelectorAll<HTMLButtonElement>('.legend button')) {
    button.addEventListener('click', () => {
      const show = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(show));
      const chart = button.dataset['log'];
      if (chart === undefined) {
        drawn.get(button.dataset['chart'] ?? '')?.plot.setSeries(Number(button.dataset['line']) + 1, { show });
        return;
      }
      if (show) logarithmic.add(chart);
      else logarithmic.delete(chart);
      const place = drawn.get(chart)?.place;
      if (place !== undefined) draw(place);
    });
  }
}

/** Where the values under the pointer are told, a place for each line. */
function legendOf(page: Document, chart: string): readonly Element[] {
  return [...page.querySelectorAll(`.legend button[data-chart="${chart}"] .reading`)];
}

function drawChart(
  place: HTMLElement,
  { times, lines, column, styles }: ChartData,
  scale: 'linear' | 'log',
  readings: readonly Element[],
): uPlot {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  const positive = lines.flat().filter(value => value !== null && value > 0) as number[];
  const least = positive.reduce((found, value) => Math.min(found, value), positive[0] ?? 1);
  return new uPlot(
    {
      ...sizeOf(place),
      legend: { show: false },
      // As everywhere on the page.
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: { drag: { x: true, y: false } },
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) => {
            for (const [index, reading] of readings.entries()) {
              const value = idx === null || idx === undefined ? undefined : lines[index]?.[idx];
              reading.textContent = value === null || value === undefined ? '' : String(value);
            }
          },
        ],
      },
      scales: {
        y: {
          // The inverse hyperbolic sine: a logarithm that has a zero.
          ...(scale === 'log' ? { distr: 4 as const, asinh: least } : {}),
          range: (_plot, _least, most) => [0, most > 0 ? most * 1.05 : 1],
        },
      },
      series: [
        {},
        ...lines.map((_values, index): uPlot.Series => {
          const { colour: own, dash } = lineOf(styles[index]);
          return {
            stroke: colour(`--c${own}`),
            width: 2,
            dash,
            points: { show: times.length <= 60, size: 5 },
          };
        }),
      ],
      axes: [
        {
          ...axis,
          space: 76,
          incrs: clockSteps,
          values: (_plot, ticks) => ticks.map(tellClock),
          label: 'UTC',
          labelSize: 18,
        },
        {
          ...axis,
          size: 72,
          ...(scale === 'log' ? { splits: (_plot, _axis, _least, most) => splitsOfLog(least, most) } : {}),
          values: (_plot, ticks) => ticks.map(tick => (tick === null ? '' : shorten(tick))),
          label: column,
          labelSize: 18,
        },
      ],
    },
    [[...times], ...lines.map(values => [...values])],
    place,
  );
}

/** As the legend has it in `page.css`: dashes for the second half of the colours, then the other way round, dots for others. */
function lineOf(style = 16): { readonly colour: number; readonly dash: number[] } {
  if (style >= 16) return { colour: 8, dash: [2, 4] };
  const colour = style % 8;
  return { colour, dash: colour < 4 === style < 8 ? [] : [7, 4] };
}

/** Zero, and from the power of ten at or below the least value on all its multiples up to nine, and so on. */
function splitsOfLog(least: number, most: number): number[] {
  const splits = [0];
  for (let power = 10 ** Math.floor(Math.log10(least)); power <= most; power *= 10) {
    for (let factor = 1; factor < 10 && factor * power <= most; factor++) splits.push(factor * power);
  }
  return splits;
}

function sizeOf(place: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: Math.max(200, place.clientWidth), height: 260 };
}

/** In seconds: finer steps would have the same words. */
const clockSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** `18:29:05`; without the seconds where there are none. */
function tellClock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19).replace(/:00$/, '');
}

/** `12k`, `3.4M`. */
function shorten(value: number): string {
  return Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}
