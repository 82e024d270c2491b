import type { ParsedToken } from './paste-arguments.ts';

/** A point of a probe's head: `process("/bin/ls").function("main").return ?`. */
export interface ProbePoint {
  readonly components: readonly PointComponent[];
  /** `possible`: marked with `?` or `!`, or behind one marked `!`, or in a branch that may not be taken. */
  readonly presence: 'certain' | 'possible';
}

export interface PointComponent {
  /** May hold wildcards: `*` stands for any text within one component. */
  readonly word: string;
  readonly token: ParsedToken;
  /** What stands in its parentheses; undefined without those. */
  readonly argument?: readonly ParsedToken[];
}

/** Braces multiply. No real script comes near; what is more is left out. */
const mostPoints = 5000;
const deepest = 50;

/**
 * Reads the points of a head, or of one side of an alias, as SystemTap's parser does (parse.cxx, `parse_probe_points`):
 * `kernel.{function("a"), function("b").return}` are two. Never fails: what does not fit is passed over.
 */
export function readProbePoints(head: readonly ParsedToken[]): readonly ProbePoint[] {
  return readList({ tokens: head, at: 0, depth: 0 });
}

interface Reader {
  readonly tokens: readonly ParsedToken[];
  at: number;
  depth: number;
}

function readList(reader: Reader): readonly ProbePoint[] {
  const points: ProbePoint[] = [];
  let isFallback = false;
  while (reader.at < reader.tokens.length && reader.tokens[reader.at]?.text !== '}') {
    const [first, mark] = [reader.at, readPoint(reader, points, isFallback)];
    if (mark === '!') isFallback = true;
    // Two points stand together where a branch of the preprocessor chooses between them.
    if (reader.tokens[reader.at]?.text === ',' || reader.at === first) reader.at++;
  }
  return points;
}

/** Reads one point, or several with braces, into `points`; returns its mark. */
function readPoint(reader: Reader, points: ProbePoint[], isFallback: boolean): string | undefined {
  const { tokens } = reader;
  let read: readonly ProbePoint[] = [{ components: [], presence: isFallback ? 'possible' : 'certain' }];
  for (;;) {
    const next = readComponent(reader);
    if (next === undefined) break;
    read = read.flatMap(left => next.map(right => join(left, right))).slice(0, mostPoints);
    if (tokens[reader.at]?.text !== '.') break;
    reader.at++;
  }
  const mark = tokens[reader.at]?.text;
  const isMarked = mark === '?' || mark === '!';
  if (isMarked) reader.at++;
  const full = read.filter(({ components }) => components.length > 0).slice(0, Math.max(0, mostPoints - points.length));
  points.push(...(isMarked ? full.map(point => ({ ...point, presence: 'possible' as const })) : full));
  return isMarked ? mark : undefined;
}

function join(left: ProbePoint, right: ProbePoint): ProbePoint {
  const isPossible = left.presence === 'possible' || right.presence === 'possible';
  return {
    components: [...left.components, ...right.components],
    presence: isPossible ? 'possible' : 'certain',
  };
}

function readComponent(reader: Reader): readonly ProbePoint[] | undefined {
  const { tokens } = reader;
  const first = tokens[reader.at];
  if (first?.text === '{' && reader.depth < deepest) {
    reader.at++;
    reader.depth++;
    const points = readList(reader);
    reader.depth--;
    reader.at++;
    return points;
  }
  if (first === undefined || !isPartOfWord(first)) return undefined;
  let word = '';
  let sure = true;
  for (let last: ParsedToken | undefined; reader.at < tokens.length; reader.at++) {
    const token = tokens[reader.at] as ParsedToken;
    const isGlued = last === undefined || last.end === token.start || isOfOneArgument(last, token);
    if (!isPartOfWord(token) || !isGlued) break;
    word += token.text;
    sure &&= token.sure;
    last = token;
  }
  const argument = readParentheses(reader);
  const isSure = sure && (argument ?? []).every(token => token.sure);
  const component = { word, token: first, ...(argument === undefined ? {} : { argument }) };
  return [{ components: [component], presence: isSure ? 'certain' : 'possible' }];
}

/** An at-word that is left is a macro of the library, an argument one that is not known: both may stand for components. */
function isPartOfWord({ kind, text, argument }: ParsedToken): boolean {
  return kind === 'identifier' || text === '*' || kind === 'argument' || (kind === 'at-word' && argument === undefined);
}

function isOfOneArgument(left: ParsedToken, right: ParsedToken): boolean {
  return left.argument !== undefined && left.start === right.start;
}

function readParentheses(reader: Reader): readonly ParsedToken[] | undefined {
  const { tokens } = reader;
  if (tokens[reader.at]?.text !== '(') return undefined;
  const first = ++reader.at;
  for (let depth = 1; reader.at < tokens.length; reader.at++) {
    const { kind, text } = tokens[reader.at] as ParsedToken;
    if (kind !== 'operator') continue;
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (depth === 0) break;
  }
  const inside = tokens.slice(first, reader.at);
  reader.at++;
  return inside;
}
