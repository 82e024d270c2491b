import { type Html, html } from './html.ts';

/** A number with thin gaps between thousands: the style draws them, so that they are not copied with it. */
export function groupDigits(text: string): Html {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  if (whole.length < 5) return html`${text}`;
  const groups = whole.replace(/\B(?=(?:\d{3})+$)/g, ' ').split(' ');
  return html`${sign}${groups.map((group, index) => (index === 0 ? group : html`<span class="k">${group}</span>`))}${rest}`;
}

/** `12.3k`, `4.5M`: for cells that have no room for all digits. */
export function compactNumber(value: number): string {
  return Math.abs(value) < 10_000 ? String(Math.round(value * 10) / 10) : compact.format(value);
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
