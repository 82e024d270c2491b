import { runInNewContext } from 'node:vm';
import { err, ok, type Result } from '../../model/result.ts';

/**
 * A shell glob as Python's `fnmatch` reads it: `*`, `?`, `[abc]`, `[!abc]`, nothing else, case counts. Unlike a file
 * glob, `*` also stands for dots and slashes.
 */
export function compileGlob(glob: string): RegExp {
  const [first = '', ...rest] = splitAtStars(glob).map(translatePiece);
  // Each star but the last is settled with its first fit and never tried again, so that `*a*a*a*` takes no time.
  const middle = rest.slice(0, -1).map((piece, index) => `(?=(?<s${index}>.*?${piece}))\\k<s${index}>`);
  const last = rest.length > 0 ? `.*${rest.at(-1)}` : '';
  try {
    return new RegExp(`^${first}${middle.join('')}${last}$`, 's');
  } catch {
    // Only a range that runs backwards, [z-a], which no character is in.
    return /(?!)/;
  }
}

/** How long a regular expression may look for all names together, in milliseconds: some never come to an end. */
const regexLimit = 1_000;

/** Those of the names whose beginning matches a regular expression, as Python's `re.match` has it. */
export function matchRegex(source: string, names: readonly string[]): Result<readonly string[], string> {
  let pattern: RegExp;
  try {
    pattern = compilePython(source);
  } catch (error) {
    return err((error as Error).message.replace(/^Invalid regular expression: \/.*\/\w*: /s, ''));
  }
  try {
    const found: string[] = [];
    runInNewContext(
      'visit()',
      {
        visit: () => {
          for (const name of names) if (pattern.test(name)) found.push(name);
        },
      },
      { timeout: regexLimit },
    );
    return ok(found);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return err(`it finds no end within ${regexLimit / 1000} s`);
  }
}

/** The few spellings of Python that JavaScript has not. */
function compilePython(source: string): RegExp {
  const flags = /^\(\?([is]+)\)/.exec(source);
  const body = source
    .slice(flags?.[0].length ?? 0)
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\\([AZ])/g, (_, anchor) => (anchor === 'A' ? '^' : '$'));
  return new RegExp(`^(?:${body})`, flags?.[1] ?? '');
}

function splitAtStars(glob: string): readonly string[] {
  const pieces: string[] = [''];
  let at = 0;
  while (at < glob.length) {
    const length = glob[at] === '[' ? classLength(glob, at) : 1;
    const part = glob.slice(at, at + length);
    if (part !== '*') pieces[pieces.length - 1] += part;
    else if (glob[at - 1] !== '*' || at === 0) pieces.push('');
    at += length;
  }
  return pieces;
}

/** The length of `[abc]`, or 1 for a bracket that is never closed and means itself. A `]` right at the start is in it. */
function classLength(glob: string, open: number): number {
  const from = glob[open + 1] === '!' ? open + 2 : open + 1;
  const close = glob.indexOf(']', glob[from] === ']' ? from + 1 : from);
  return close === -1 ? 1 : close - open + 1;
}

function translatePiece(piece: string): string {
  let pattern = '';
  let at = 0;
  while (at < piece.length) {
    const char = piece[at] ?? '';
    const length = char === '[' ? classLength(piece, at) : 1;
    if (length > 1) {
      const inside = piece.slice(at + 1, at + length - 1).replace(/[\\\][^]/g, '\\$&');
      pattern += inside.startsWith('!') ? `[^${inside.slice(1)}]` : `[${inside}]`;
    } else pattern += char === '?' ? '.' : char.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
    at += length;
  }
  return pattern;
}
