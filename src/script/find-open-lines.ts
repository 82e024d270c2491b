import { isLibraryMacro } from './is-library-macro.ts';
import type { StpOutline } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';

/**
 * Finds probes whose last output is sure not to end its line: `print("x")`, `printf("%d", n)`. A function, or a value that is
 * no literal, may end the line. The last output is the last in the text, whatever the branches are.
 */
export function findOpenLines(outline: StpOutline): readonly ParsedToken[] {
  if (movesCursor(outline)) return [];
  const printers = findPrinters(outline);
  return outline.probes.flatMap(({ kind, body }) => {
    const last = kind === 'probe' ? lastOutput(body, printers) : undefined;
    return last === undefined || last === 'unknown' ? [] : [last];
  });
}

/** A script that moves the cursor prints a screen, not lines. */
function movesCursor({ tokens }: StpOutline): boolean {
  return tokens.some(({ kind, text }) => kind === 'identifier' && /^ansi_|cursor/.test(text));
}

/** The script's own functions that print, or may. */
function findPrinters({ functions }: StpOutline): ReadonlySet<string> {
  const printers = new Set<string>();
  const callers = new Map<string, Set<string>>();
  const waiting: string[] = [];
  for (const { name, body } of functions) {
    for (const [index, token] of body.entries()) {
      const calls = token.kind === 'identifier' && body[index + 1]?.text === '(';
      if (token.kind === 'embedded-c' || isLibraryMacro(token) || (calls && mayPrint.test(token.text)))
        waiting.push(name);
      else if (calls) callers.set(token.text, (callers.get(token.text) ?? new Set()).add(name));
    }
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (printers.has(name)) continue;
    printers.add(name);
    for (const caller of callers.get(name) ?? []) waiting.push(caller);
  }
  return printers;
}

/** The names of SystemTap's own functions that write to the output. */
const mayPrint = /print|log$|ansi|json|dump|prometheus|report|trace/;

function lastOutput(body: readonly ParsedToken[], printers: ReadonlySet<string>): ParsedToken | 'unknown' | undefined {
  let last: ParsedToken | 'unknown' | undefined;
  for (const [index, token] of body.entries()) {
    if (isLibraryMacro(token)) last = 'unknown';
    if (token.kind !== 'identifier' || body[index + 1]?.text !== '(') continue;
    if (/^print(?:ln|dln)$/.test(token.text)) {
      last = undefined;
      continue;
    }
    const prints = mayPrint.test(token.text) && !token.text.startsWith('sprint');
    if (!prints && !printers.has(token.text)) continue;
    const isLiteral = token.sure && (token.text === 'print' || token.text === 'printf');
    const format = isLiteral ? literalAt(body, index + 2, token.text) : undefined;
    if (format === undefined) last = 'unknown';
    else if (format !== '') last = isOpen(format) ? token : undefined;
  }
  return last;
}

/** The text between the quotes of print("…") or printf("…", …). */
function literalAt(body: readonly ParsedToken[], at: number, name: string): string | undefined {
  let text = '';
  let index = at;
  for (; body[index]?.kind === 'string'; index++) text += body[index]?.text.slice(1, -1);
  const next = body[index]?.text;
  return index > at && (next === ')' || (next === ',' && name === 'printf')) ? text : undefined;
}

/** False if a value may end the line, and if the cursor is moved: a screen has no lines. */
function isOpen(format: string): boolean {
  if (/\\(?:0?33|x1[bB]|[rbfv])/.test(format)) return false;
  if (/(?:^|[^\\])(?:\\\\)*\\(?:n|0?12|x0?[aA])$/.test(format)) return false;
  return !/%[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[scbmM]$/.test(format);
}
