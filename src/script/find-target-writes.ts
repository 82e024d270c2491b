import type { StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';

/**
 * Where a probe assigns something of the program or kernel that it looks at, which stap takes in guru mode only:
 * `$return = -1`, `++$x`, `$file->f_pos += 1`, `@cast(p, "file")->f_pos = 0`, `@var("jiffies") = 0`. Other probes have
 * variables that may be written (`$value` of procfs), and what stands under `@defined`, in an alias or behind `?` may never be
 * used. (tapsets.cxx: `need stap -g`.)
 */
export function findTargetWrites({ head, body, kind }: StpProbe): readonly ParsedToken[] {
  const isSure = head.every(({ sure, text }) => sure && !/^[?!]$/.test(text));
  if (kind === 'alias' || !isSure || body.some(({ text }) => text === '@defined')) return [];
  const points = pointsOf(head);
  const written = points.every(isOfCode) ? anyVariable : points.every(isNetfilter) ? verdict : undefined;
  const hasMembers = points.every(isTracepoint);
  return body.filter(({ kind: is, text, sure, argument }, index) => {
    if (!sure || argument !== undefined) return false;
    if (is === 'at-word') return /^@(?:cast|var)$/.test(text) && isWritten(body, index, skipCall(body, index + 1));
    if (is !== 'target-variable') return false;
    const end = skipMembers(body, index + 1);
    const isMember = hasMembers && end > index + 1;
    return (isMember || written?.test(text) === true) && isWritten(body, index, end);
  });
}

const anyVariable = /^\$/;
const verdict = /^\$verdict$/;

function isOfCode(point: readonly ParsedToken[]): boolean {
  return (
    /^(?:kernel|module|process)$/.test(point[0]?.text ?? '') &&
    point.some(({ text }) => text === 'function' || text === 'statement')
  );
}

/** Of a tracepoint's variables only what they point to can be written at all. */
function isTracepoint([first, , second]: readonly ParsedToken[]): boolean {
  return first?.text === 'kernel' && second?.text === 'trace';
}

function isNetfilter([first]: readonly ParsedToken[]): boolean {
  return first?.text === 'netfilter';
}

function isWritten(body: readonly ParsedToken[], start: number, end: number): boolean {
  const behind = body[skipMembers(body, end)]?.text ?? '';
  if (/^(?:(?:[-+*/.|&^%]|<<|>>)?=|\+\+|--)$/.test(behind)) return true;
  const before = body[start - 1];
  // `a ++ $b` does not exist: an operator before a variable is the variable's.
  return before?.kind === 'operator' && /^(?:\+\+|--)$/.test(before.text) && !endsValue(body[start - 2]);
}

/** Whether the `++` behind a token may be that token's. */
function endsValue(token: ParsedToken | undefined): boolean {
  return token !== undefined && (/^(?:identifier|target-variable)$/.test(token.kind) || token.text === ']');
}

/** The index behind `->name` and `[…]`. */
function skipMembers(body: readonly ParsedToken[], at: number): number {
  let index = at;
  for (;;) {
    const text = body[index]?.text;
    if (text === '->') index += 2;
    else if (text === '[') index = skipBracket(body, index, '[', ']');
    else return index;
  }
}

function skipCall(body: readonly ParsedToken[], at: number): number {
  return body[at]?.text === '(' ? skipBracket(body, at, '(', ')') : at;
}

function skipBracket(body: readonly ParsedToken[], at: number, open: string, close: string): number {
  let depth = 0;
  for (let index = at; index < body.length; index++) {
    if (body[index]?.text === open) depth++;
    else if (body[index]?.text === close) depth--;
    if (depth === 0) return index + 1;
  }
  return body.length;
}
