/** Reads `90`, `30s`, `1h30m` as seconds; undefined where there is none, or nothing but the empty text. */
export function parseDuration(written: number | string): number | undefined {
  if (typeof written === 'number') return written;
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(written);
  if (match === null || written === '') return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(part => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Reads `50MB` (10⁶ bytes each), `2GiB` (2³⁰), or a plain number of bytes. */
export function parseSize(written: number | string): number | undefined {
  if (typeof written === 'number') return written;
  const match = /^(\d+(?:\.\d+)?)([kKMGT]?)(i?)B$/.exec(written);
  if (match === null) return undefined;
  const [, number = '', prefix = '', binary] = match;
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(prefix.toUpperCase());
  return Math.floor(Number(number) * (binary === 'i' ? 1024 : 1000) ** power);
}
