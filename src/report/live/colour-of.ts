import type { Colour } from '../layout/style.ts';

/** Whether a stream gets colours: a terminal, unless NO_COLOR, TERM=dumb or CI say otherwise (no-color.org). */
export function colourOf(
  stream: { readonly isTTY?: boolean },
  { NO_COLOR, FORCE_COLOR, TERM, CI }: Readonly<Record<string, string | undefined>>,
): Colour {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 'plain';
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return 'colour';
  return stream.isTTY && TERM !== 'dumb' && CI === undefined ? 'colour' : 'plain';
}
