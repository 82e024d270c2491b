/** Whether a stream gets colours: a terminal, unless NO_COLOR, TERM=dumb or CI say otherwise (no-color.org). */
export function colourOf(stream: { readonly isTTY?: boolean }): 'colour' | 'plain' {
  const { NO_COLOR, FORCE_COLOR, TERM, CI } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 'plain';
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return 'colour';
  return stream.isTTY && TERM !== 'dumb' && CI === undefined ? 'colour' : 'plain';
}
