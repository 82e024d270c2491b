import type { ParsedToken } from './paste-arguments.ts';

/** The points of a probe's head, one after another: `begin` and `timer.s(1)` of `begin, timer.s(1)`. */
export function pointsOf(head: readonly ParsedToken[]): readonly (readonly ParsedToken[])[] {
  const points: ParsedToken[][] = [[]];
  let depth = 0;
  for (const token of head) {
    if (token.kind === 'operator' && /^[({]$/.test(token.text)) depth++;
    if (token.kind === 'operator' && /^[)}]$/.test(token.text)) depth--;
    if (token.text === ',' && depth === 0) points.push([]);
    else points.at(-1)?.push(token);
  }
  return points;
}

/** The interval of a plain timer, in seconds: 0.5 for `timer.ms(500)`; undefined for any other point. */
export function timerSeconds(point: readonly ParsedToken[]): number | undefined {
  const [timer, dot, unit, open, number, close, ...rest] = point;
  if (timer?.text !== 'timer' || dot?.text !== '.' || open?.text !== '(' || close?.text !== ')' || rest.length > 0) {
    return undefined;
  }
  const scale = perUnit[unit?.text ?? ''];
  const count = number?.kind === 'number' && /^[1-9]\d{0,14}$/.test(number.text) ? Number(number.text) : undefined;
  return scale === undefined || count === undefined ? undefined : count * scale;
}

const perUnit: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  ms: 1e-3,
  msec: 1e-3,
  us: 1e-6,
  usec: 1e-6,
  ns: 1e-9,
  nsec: 1e-9,
};
