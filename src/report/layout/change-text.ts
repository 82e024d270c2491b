/** `+12`, `-3`, `0`; digits of a whole number as they are, others with at most so many of them. */
export function formatChange(change: number | string): string {
  if (typeof change === 'string') return change.startsWith('-') ? change : `+${change}`;
  const text = Number.isInteger(change) ? String(change) : formatRate(change);
  return change > 0 ? `+${text}` : text;
}

/** Three digits, or all before the point: `0.0123`, `4.57`, `45.7`, `45678`. */
export function formatRate(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return Number(value.toPrecision(3)).toString();
}

/** `+12%`, `-4.6%`, `0%`, `+1200%`; tenths below ten only. */
export function formatPercent(percent: number): string {
  const tenths = Math.abs(percent) < 10 ? Math.round(percent * 10) / 10 : Math.round(percent);
  return `${tenths > 0 ? '+' : ''}${tenths === 0 ? 0 : tenths}%`;
}
