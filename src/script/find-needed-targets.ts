import type { ParsedToken } from './paste-arguments.ts';

/**
 * The calls of `target()` without which a script does nothing where no process is given: those that are compared, or kept to
 * be compared. None where the script asks whether there is one (`target() == 0`, `if (target())`), or where it only prints it.
 */
export function findNeededTargets(bodies: readonly (readonly ParsedToken[])[]): readonly ParsedToken[] {
  const needed: ParsedToken[] = [];
  const kept = new Set<string>();
  for (const body of bodies) {
    for (const [index, token] of body.entries()) {
      if (!isTargetCall(body, index)) continue;
      if (isAsked(body, index, index + 3)) return [];
      const before = body[index - 1]?.text ?? '';
      if (before === '=') kept.add(body[index - 2]?.text ?? '');
      if (/^(?:[=!]=|=)$/.test(before) || /^[=!]=$/.test(body[index + 3]?.text ?? '') || body[index - 3]?.text === '[')
        needed.push(token);
    }
  }
  const isAskedLater = bodies.some(body =>
    body.some(({ kind, text }, index) => kind === 'identifier' && kept.has(text) && isAsked(body, index, index + 1)),
  );
  return isAskedLater ? [] : needed;
}

function isTargetCall(body: readonly ParsedToken[], index: number): boolean {
  const { kind, text, sure } = body[index] as ParsedToken;
  return kind === 'identifier' && sure && text === 'target' && body[index + 1]?.text === '(';
}

/** Whether the value from `start` to before `end` is compared with 0, or taken as a truth. */
function isAsked(body: readonly ParsedToken[], start: number, end: number): boolean {
  const before = body[start - 1]?.text ?? '';
  const behind = body[end]?.text ?? '';
  const isCompared = /^(?:[=!]=|[<>]=?)$/;
  if (isCompared.test(behind)) return isZero(body[end + 1]);
  if (isCompared.test(before)) return isZero(body[start - 2]);
  return before === '!' || /^(?:&&|\|\||\?)$/.test(behind) || (/^(?:\(|&&|\|\|)$/.test(before) && behind === ')');
}

function isZero(token: ParsedToken | undefined): boolean {
  return token?.kind === 'number' && /^0+$/.test(token.text);
}
