/**
 * Text from elsewhere, safe to print on a terminal: whole escape sequences go with what they carry, so that a window
 * title or a hyperlink leaves no junk, and so does every other control character but the tab, every bidi control, half a
 * surrogate pair, and what is invisible by design. A sequence that never ends loses only its beginning: the rest may be
 * real output. The joiners of emoji and of Persian (U+200C, U+200D) stay.
 */
export function printableText(text: string): string {
  return suspicious.test(text) ? text.replace(unwanted, '') : text;
}

/**
 * The same for text that is to stand in a sentence, whatever it was: on one line, without white space around it. Tabs,
 * line ends and other control characters become a space each run; what is longer than `longest` UTF-16 units ends in `…`.
 */
export function printableLine(text: string, longest: number = Number.POSITIVE_INFINITY): string {
  const line = (breaking.test(text) ? text.replace(unwantedInLine, spaceForControls) : text).trim();
  if (line.length <= longest) return line;
  return `${line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Replaces each character that `printableText` would remove by a visible mark. */
export function markUnprintable(text: string, mark: (character: string) => string): string {
  return text.replace(eachSuspicious, mark);
}

/** Every control character but the tab (Unicode's Cc), as ECMA-48 has them in 7 and 8 bits. */
const controls = '\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f';

/**
 * Bidi controls, separators of lines and paragraphs, what has no width and joins nothing, deprecated and annotating format
 * characters, tags, and halves of surrogate pairs.
 */
const formats =
  '\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff' +
  '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e007f}';

// Without a lookahead for the tab: every line that a fleet prints comes by here.
const suspicious = new RegExp(`[${controls}${formats}]`, 'u');
const eachSuspicious = new RegExp(suspicious.source, 'gu');
const breaking = new RegExp(`[\\t${controls}${formats}]`, 'u');

/**
 * OSC, DCS, SOS, PM, APC in their 7 and 8 bit forms up to BEL or ST (ECMA-48, 5.6 and 8.3). No introducer may stand
 * inside, which also keeps the search linear on hostile text.
 */
const stringSequence = /(?:\x1b[PX^_\]]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)/u;

/** CSI, parameters, intermediates, final byte (ECMA-48, 5.4). */
const controlSequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/u;

/** Escape sequences without an argument, such as `ESC c` and `ESC ( 0` (ECMA-35, 13.2). */
const shortSequence = /\x1b[ -/]*[0-~]/u;

const sequence = [stringSequence, controlSequence, shortSequence].map(({ source }) => source).join('|');

/** In one pass, so that what is left after one is taken out cannot be read as another. */
const unwanted = new RegExp(`${sequence}|${suspicious.source}`, 'gu');
const unwantedInLine = new RegExp(
  `${sequence}|((?:(?!${sequence})[\\t${controls}\\u2028\\u2029])+)|[${formats}]`,
  'gu',
);

function spaceForControls(_: string, run: string | undefined): string {
  return run === undefined ? '' : ' ';
}
