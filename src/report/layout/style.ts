export type Colour = 'colour' | 'plain';

/** Text → text with its SGR sequences round it, or the text as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  /** The same key gives the same colour in every run; never red, which is for failures. */
  byKey(key: string, text: string): string;
}

export function createStyle(colour: Colour): Style {
  const paint = (open: number, close: number) => (text: string) =>
    colour === 'plain' || text === '' ? text : `\x1b[${open}m${text}\x1b[${close}m`;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    byKey: (key, text) => paint(keyColours[hash(key) % keyColours.length] ?? 36, 39)(text),
  };
}

const keyColours = [32, 33, 34, 35, 36, 92, 93, 94, 95, 96] as const;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
