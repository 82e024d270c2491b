/** What a terminal showed, with its colours (SGR sequences only, as `tmux capture-pane -e` gives it), as a picture. */

const cell = { width: 7.8, height: 18, font: 13 };
const margin = 16;

/** The sixteen colours on a dark ground. */
const colours: readonly string[] = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#c9d1d9'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#f0f6fc'],
];

interface Style {
  readonly colour: string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

const plain: Style = { colour: undefined, isBold: false, isDim: false };

/** `title` is what a reader hears who does not see it. `columns` is how wide the terminal was. */
export function drawTerminal(shown: string, { title, columns }: { title: string; columns: number }): string {
  const lines = shown.trimEnd().split('\n');
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = lines.length * cell.height + 2 * margin;
  let style = plain;
  const rows = lines.flatMap((line, row) => {
    const drawn = drawLine(line, row, style);
    style = drawn.style;
    return drawn.texts;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${title}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${cell.font}" fill="#c9d1d9">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** A style lasts over the end of a line. */
function drawLine(
  line: string,
  row: number,
  before: Style,
): { readonly texts: readonly string[]; readonly style: Style } {
  let style = before;
  let column = 0;
  const texts: string[] = [];
  for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
    const sequence = /^\x1b\[([\d;]*)m$/.exec(part);
    if (sequence !== null) {
      style = (sequence[1] ?? '').split(';').reduce(restyle, style);
      continue;
    }
    const length = [...part].length;
    if (part.trim() !== '') texts.push(drawText(part, { row, column, length }, style));
    column += length;
  }
  return { texts, style };
}

function restyle(style: Style, code: string): Style {
  const number = Number(code);
  if (number === 0) return plain;
  if (number === 1) return { ...style, isBold: true };
  if (number === 2) return { ...style, isDim: true };
  if (number === 22) return { ...style, isBold: false, isDim: false };
  if (number === 39) return { ...style, colour: undefined };
  if (number >= 30 && number <= 37) return { ...style, colour: colours[number - 30] };
  if (number >= 90 && number <= 97) return { ...style, colour: colours[number - 82] };
  return style;
}

/** Every piece is as wide as its cells, whatever font there is. */
function drawText(
  text: string,
  { row, column, length }: { readonly row: number; readonly column: number; readonly length: number },
  { colour, isBold, isDim }: Style,
): string {
  const x = round(margin + column * cell.width);
  const y = round(margin + row * cell.height + cell.font);
  return [
    `<text x="${x}" y="${y}" textLength="${round(length * cell.width)}"`,
    ...(colour === undefined ? [] : [`fill="${colour}"`]),
    ...(isBold ? ['font-weight="bold"'] : []),
    ...(isDim ? ['opacity="0.65"'] : []),
  ]
    .join(' ')
    .concat(`>${escapeXml(text)}</text>`);
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

/** Blanks as such that nothing joins or drops. */
function escapeXml(text: string): string {
  return text.replaceAll(' ', '\u00a0').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
