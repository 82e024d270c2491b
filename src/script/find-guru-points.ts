import type { StpProbe } from './outline-stp.ts';
import type { ParsedToken } from './paste-arguments.ts';
import { pointsOf } from './probe-points.ts';

/** `kernel.statement(0xffffffff81000000).absolute`: an address of which stap knows nothing, for gurus only. */
export function findGuruPoints({ head, kind }: StpProbe): readonly ParsedToken[] {
  if (kind === 'alias') return [];
  return pointsOf(head).flatMap(point => {
    const [first, , statement, , , , , absolute] = point;
    const isAbsolute =
      /^(?:kernel|kprobe)$/.test(first?.text ?? '') && statement?.text === 'statement' && absolute?.text === 'absolute';
    return isAbsolute && first !== undefined && point.every(({ text }) => !/^[?!]$/.test(text)) ? [first] : [];
  });
}
