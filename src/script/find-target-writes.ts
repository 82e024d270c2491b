import type { StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';

/**
 * Where a probe of a function assigns a variable of the program that it looks at: `$return = -1`. Other probes have
 * variables that may be written (`$value` of procfs), and what stands under `@defined` or in an alias may never be used.
 */
export function findTargetWrites({ head, body, kind }: StpProbe): readonly ParsedToken[] {
  const isSure = head.every(({ sure, text }) => sure && !/^[?!]$/.test(text));
  const isOfFunctions = pointsOf(head).every(
    point => /^(?:kernel|module|process)$/.test(point[0]?.text ?? '') && point.some(({ text }) => text === 'function'),
  );
  if (kind === 'alias' || !isSure || !isOfFunctions || body.some(({ text }) => text === '@defined')) return [];
  return body.filter(
    (token, index) =>
      token.kind === 'target-variable' &&
      token.sure &&
      token.argument === undefined &&
      /^(?:(?:[-+*/.|&^%]|<<|>>)?=|\+\+|--)$/.test(body[index + 1]?.text ?? ''),
  );
}
