/** How many columns of a terminal a text takes. Without tabs and control characters: those are dealt with before. */
export function displayWidth(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const cluster of clusters(text)) width += clusterWidth(cluster);
  return width;
}

/** The text itself if it fits into so many columns, else its beginning with `…` behind it. Without SGR sequences. */
export function truncateToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const cluster of clusters(text)) {
    width += clusterWidth(cluster);
    if (width > columns - 1) break;
    kept += cluster;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** What a reader takes for one character, with its accents and joiners. */
export function clusters(text: string): string[] {
  return (text.match(pieces) ?? []).flatMap(piece =>
    piece.length === 1 ? piece : Array.from(segmenter.segment(piece), part => part.segment),
  );
}

export function clusterWidth(cluster: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]*$/u.test(cluster)) return 0;
  return wide.test(cluster) ? 2 : 1;
}

const plainAscii = /^[\x20-\x7e]*$/;

/** An ASCII character that nothing can be joined to, or what else comes together. */
const pieces = /[\x20-\x7e](?![^\x20-\x7e])|[\x20-\x7e]?[^\x20-\x7e]{1,256}/gu;

/** For short pieces: its time grows with the square of their length (10 s for 100,000 characters). */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The wide and full-width blocks of Unicode's EastAsianWidth.txt, in round numbers, and what is shown as an emoji. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f/u;
