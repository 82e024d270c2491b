import uPlot from 'uplot';

interface ChartData {
  readonly times: readonly number[];
  readonly column: string;
  /** The values of each line; their names are in the page's legend. */
  readonly lines: readonly (readonly number[])[];
}

/** Draws the page's charts, in the colours of its style: anew when these change or there is another width. */
export function drawCharts(page: Document): void {
  const text = page.getElementById('series-data')?.textContent;
  if (text === null || text === undefined) return;
  const charts = JSON.parse(text) as readonly ChartData[];
  const drawn = new Map<string, { readonly place: HTMLElement; plot: uPlot }>();
  const draw = (): void => {
    for (const place of page.querySelectorAll<HTMLElement>('.plot')) {
      const key = place.dataset['chart'] ?? '';
      const data = charts[Number(key)];
      if (data === undefined) continue;
      const before = drawn.get(key);
      const plot = drawChart(place, data);
      for (const [index, series] of before?.plot.series.entries() ?? []) {
        if (index > 0) plot.setSeries(index, { show: series.show !== false });
      }
      before?.plot.destroy();
      drawn.set(key, { place, plot });
    }
  };
  draw();
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
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
      drawn.get(button.dataset['chart'] ?? '')?.plot.setSeries(Number(button.dataset['line']) + 1, { show });
    });
  }
}

function drawChart(place: HTMLElement, { times, lines, column }: ChartData): uPlot {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  return new uPlot(
    {
      ...sizeOf(place),
      legend: { show: false },
      // As everywhere on the page.
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: { drag: { x: true, y: false } },
      scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.05 : 1] } },
      series: [
        {},
        ...lines.map(
          (_values, index): uPlot.Series => ({
            stroke: colour(`--c${index}`),
            width: 2,
            points: { show: times.length <= 60, size: 5 },
          }),
        ),
      ],
      axes: [
        { ...axis, values: (_plot, ticks) => ticks.map(tellClock), label: 'UTC', labelSize: 18 },
        { ...axis, size: 72, values: (_plot, ticks) => ticks.map(shorten), label: column, labelSize: 18 },
      ],
    },
    [[...times], ...lines.map(values => [...values])],
    place,
  );
}

function sizeOf(place: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: Math.max(200, place.clientWidth), height: 260 };
}

/** `18:29:05`; without the seconds where there are none. */
function tellClock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19).replace(/:00$/, '');
}

/** `12k`, `3.4M`. */
function shorten(value: number): string {
  return Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}
