/** Texts as roff of the macros in man(7); escaped so that groff and mandoc print what was meant and nothing else. */

/** Plain text: quotes, dashes and backslashes come out as they are. `filled` and `literal` see to it that no line is a request. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq')
    .replaceAll(/[^\n -~]/gu, char => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

/** What is typed: bold, with every hyphen a real one, so that it can be copied and searched for. */
export function typed(text: string): string {
  return `\\fB${escapeRoff(text).replaceAll('-', '\\-')}\\fR`;
}

/** Prose with `code` in it, and Markdown's links as their texts; in short lines. */
export function proseRoff(text: string): string {
  return filled(inlineRoff(text));
}

/** The same in one line, for a term. */
export function inlineRoff(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/(``[^`].*?``|`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? typed(part.replaceAll(/^`+ ?| ?`+$/g, '')) : optionsIn(part)))
    .join('');
}

/** Broken into lines of at most 80 bytes, as far as there are blanks; a full stop at the beginning of one is no request. */
function filled(roff: string): string {
  const lines: string[] = [];
  for (const word of roff.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= 79) lines.push(word.replace(/^\./, '\\&.'));
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

/** Options stand in prose too: `also $X, --vault-id`. */
function optionsIn(text: string): string {
  return escapeRoff(text).replaceAll(/(?<![\w-])--?(?=[A-Za-z])[A-Za-z-]*/g, option => option.replaceAll('-', '\\-'));
}

export function heading(text: string): string {
  return `.SH ${macroArgument(text)}`;
}

export function subheading(text: string): string {
  return `.SS ${macroArgument(text)}`;
}

/** A term and what it means, indented. */
export function termed(term: string, meaning: string): string {
  return `.TP\n${term}\n${meaning === '' ? '\\&' : meaning}`;
}

/** Lines that are kept as they are. */
export function literal(text: string): string {
  const lines = escapeRoff(text).replaceAll('-', '\\-').replaceAll(/^\./gm, '\\&.');
  return `.RS 4\n.nf\n${lines}\n.fi\n.RE`;
}

export function macroArgument(text: string): string {
  return `"${escapeRoff(text)}"`;
}
