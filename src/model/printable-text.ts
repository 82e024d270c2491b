/**
 * Text from elsewhere, safe to print on a terminal: whole escape sequences go with what they carry, so that a window
 * title or a hyperlink leaves no junk, and so does every other control character but the tab, every bidi override, and
 * what is invisible by design. A sequence that never ends loses only its beginning: the rest may be real output.
 */
export function printableText(text: string): string {
  return suspicious.test(text) ? text.replace(unwanted, '') : text;
}

const suspicious =
  /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

/**
 * OSC, DCS, SOS, PM, APC in their 7 and 8 bit forms up to BEL or ST (ECMA-48, 5.6 and 8.3). No introducer may stand
 * inside, which also keeps the search linear on hostile text.
 */
const stringSequence = /(?:\x1b[PX^_\]]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)/u;

/** CSI, parameters, intermediates, final byte (ECMA-48, 5.4). */
const controlSequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/u;

/** Escape sequences without an argument, such as `ESC c` and `ESC ( 0` (ECMA-35, 13.2). */
const shortSequence = /\x1b[ -/]*[0-~]/u;

/** In one pass, so that what is left after one is taken out cannot be read as another. */
const unwanted = new RegExp(
  [stringSequence, controlSequence, shortSequence, suspicious].map(({ source }) => source).join('|'),
  'gu',
);
