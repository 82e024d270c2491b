/** What a name is compared with. */
export interface Glob {
  test(name: string): boolean;
}

/**
 * A shell glob as Python's `fnmatch` reads it: `*`, `?`, `[abc]`, `[!abc]`, nothing else, case counts. Unlike a file glob, `*` also
 * stands for dots and slashes. In patterns of ssh (ssh_config(5), PATTERNS), which are `without-classes`, a bracket means itself.
 * Many stars take no longer: at most the product of both lengths.
 */
export function compileGlob(glob: string, classes: 'with-classes' | 'without-classes' = 'with-classes'): Glob {
  const pieces = readPieces(glob, classes === 'with-classes');
  return { test: name => matches(pieces, name) };
}

/** One character of a name, or any number of them. */
type Piece = '*' | '?' | { readonly char: string } | CharacterClass;

interface CharacterClass {
  readonly isNegated: boolean;
  /** Both ends belong to it; of one that runs backwards, `[z-a]`, nothing does. */
  readonly ranges: readonly (readonly [string, string])[];
}

/** What a star stands for is made longer, one by one, where the rest does not fit; a star before it need never be tried again. */
function matches(pieces: readonly Piece[], name: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let behindStar = 0;
  while (at < name.length) {
    const piece = pieces[next];
    if (piece === '*') {
      star = next++;
      behindStar = at;
    } else if (piece !== undefined && stands(piece, name[at] ?? '')) {
      next++;
      at++;
    } else if (star === -1) return false;
    else {
      at = ++behindStar;
      next = star + 1;
    }
  }
  while (pieces[next] === '*') next++;
  return next === pieces.length;
}

function stands(piece: Exclude<Piece, '*'>, char: string): boolean {
  if (piece === '?') return true;
  if ('char' in piece) return piece.char === char;
  return piece.ranges.some(([from, to]) => from <= char && char <= to) !== piece.isNegated;
}

function readPieces(glob: string, hasClasses: boolean): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < glob.length; ) {
    const char = glob[at] ?? '';
    const close = char === '[' && hasClasses ? findClose(glob, at) : -1;
    if (close !== -1) pieces.push(readClass(glob.slice(at + 1, close)));
    else if (char !== '*') pieces.push(char === '?' ? char : { char });
    else if (pieces.at(-1) !== '*') pieces.push(char);
    at = Math.max(at, close) + 1;
  }
  return pieces;
}

/** Where `[abc]` ends; -1 for a bracket that is never closed and means itself. A `]` right at the start is in it. */
function findClose(glob: string, open: number): number {
  const from = glob[open + 1] === '!' ? open + 2 : open + 1;
  return glob.indexOf(']', glob[from] === ']' ? from + 1 : from);
}

function readClass(inside: string): CharacterClass {
  const isNegated = inside.startsWith('!');
  const ranges: [string, string][] = [];
  for (let at = isNegated ? 1 : 0; at < inside.length; ) {
    const from = inside[at] ?? '';
    const isRange = inside[at + 1] === '-' && at + 2 < inside.length;
    ranges.push([from, isRange ? (inside[at + 2] ?? '') : from]);
    at += isRange ? 3 : 1;
  }
  return { isNegated, ranges };
}
