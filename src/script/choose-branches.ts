import type { Expanded } from './expand-macros.ts';
import type { ParsedToken } from './paste-arguments.ts';

/**
 * Leaves out the branches of `%( condition %? … %: … %)` that are not taken, as the parser's second pass does. A condition on
 * the kernel, the machine or SystemTap's version is not known here. Then both branches stay, with their tokens marked as not
 * sure.
 */
export function chooseBranches(expanded: Expanded, guru: boolean | undefined): Expanded {
  const { tokens } = expanded;
  const out: ParsedToken[] = [];
  const open: Branch[] = [];
  let { isComplete } = expanded;
  let skipped = 0;
  let unknown = 0;
  const count = ({ taken }: Branch, by: 1 | -1): void => {
    if (taken === undefined) unknown += by;
    else if (!taken) skipped += by;
  };
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as ParsedToken;
    if (token.kind !== 'preprocessor') {
      if (skipped === 0) out.push(unknown === 0 ? token : { ...token, sure: false });
      continue;
    }
    const branch = open.at(-1);
    if (token.text === '%(') {
      const condition = skipped === 0 ? readCondition(tokens, index + 1, guru) : nothingRead(index);
      if (condition === undefined) isComplete = false;
      // A branch that is left out takes its nested branches with it.
      const entered: Branch =
        skipped > 0 ? { taken: false, other: false } : { taken: condition?.value, other: not(condition?.value) };
      count(entered, 1);
      open.push(entered);
      index = condition?.last ?? index;
    } else if (branch === undefined) {
      isComplete = false;
    } else if (token.text === '%:') {
      count(branch, -1);
      branch.taken = branch.other;
      count(branch, 1);
    } else if (token.text === '%)') {
      count(branch, -1);
      open.pop();
    }
  }
  return { tokens: out, isComplete: isComplete && open.length === 0 };
}

interface Branch {
  /** Whether this branch is taken; undefined if that is not known. */
  taken: boolean | undefined;
  /** Whether the branch behind `%:` is taken. */
  other: boolean | undefined;
}

/** Reads `a == b && c < d || …` up to `%?`; undefined for anything else. */
function readCondition(
  tokens: readonly ParsedToken[],
  at: number,
  guru: boolean | undefined,
): { readonly value: boolean | undefined; readonly last: number } | undefined {
  let any: boolean | undefined = false;
  let all: boolean | undefined = true;
  for (let index = at; ; index += 4) {
    const [left, operator, right, end] = tokens.slice(index, index + 4);
    if (left === undefined || operator === undefined || right === undefined || end === undefined) return undefined;
    if ([left, operator, right].some(({ kind }) => kind === 'preprocessor')) return undefined;
    all = and(all, compare(left, operator.text, right, guru));
    if (end.text === '&&') continue;
    any = or(any, all);
    all = true;
    if (end.text === '%?') return { value: any, last: index + 3 };
    if (end.text !== '||') return undefined;
  }
}

function nothingRead(last: number): { readonly value: boolean | undefined; readonly last: number } {
  return { value: undefined, last };
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function and(left: boolean | undefined, right: boolean | undefined): boolean | undefined {
  return left === false || right === false ? false : left === undefined || right === undefined ? undefined : true;
}

function or(left: boolean | undefined, right: boolean | undefined): boolean | undefined {
  return left === true || right === true ? true : left === undefined || right === undefined ? undefined : false;
}

function compare(
  left: ParsedToken,
  operator: string,
  right: ParsedToken,
  guru: boolean | undefined,
): boolean | undefined {
  if (left.kind === 'string' && right.kind === 'string') return holds(left.text, operator, right.text);
  const isGuru = left.text === 'guru_mode' && guru !== undefined;
  if ((left.kind !== 'number' && !isGuru) || right.kind !== 'number') return undefined;
  const [one, other] = [isGuru ? Number(guru) : Number(left.text), Number(right.text)];
  return Number.isSafeInteger(one) && Number.isSafeInteger(other) ? holds(one, operator, other) : undefined;
}

function holds<Value extends string | number>(left: Value, operator: string, right: Value): boolean | undefined {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  if (operator === '>') return left > right;
  return operator === '>=' ? left >= right : undefined;
}
