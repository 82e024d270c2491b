import { findSignal } from './find-signal.ts';
import type { StaprunSigns } from './read-staprun-line.ts';
import type { SupervisorReport } from './supervisor-report.ts';

/**
 * Why what a script prints at its end may be missing, in one line; undefined where its end was seen to be in order: the kernel
 * has run the `end` probes, and staprun has read everything and ended by itself. `code` is staprun's, -1 where nobody was
 * left to ask for it. A staprun that does not tell of itself is believed by its code.
 */
export function findCut(
  { signs, harder, stopping, traced }: Pick<SupervisorReport, 'signs' | 'harder' | 'stopping' | 'traced'>,
  code: number,
): string | undefined {
  if (signs.speaks ? signs.hasEnded && (code === 0 || (code === -1 && signs.isDrained)) : code === 0 && !harder) {
    // Stopped before they were armed, it ends in order and has seen nothing.
    return stopping === undefined || !signs.speaks || traced !== undefined ? undefined : neverArmed;
  }
  if (signs.speaks && signs.registered !== 0) return neverArmed;
  if (harder !== undefined)
    return `it did not end upon INT, only by ${harder}: what its end probes print may be missing`;
  const how = code < 0 ? 'its supervisor there was killed' : `staprun ${describeCode(code)}`;
  return `${how}: ${whatIsMissing(signs)} may be missing`;
}

/** What cannot have come here of a script that was not seen to end in order. */
export function whatIsMissing({ hasEnded }: Pick<StaprunSigns, 'hasEnded'>): string {
  return hasEnded ? 'its last output' : 'what its end probes print';
}

const neverArmed = 'it was stopped before its probes were armed: it traced nothing';

function describeCode(code: number): string {
  const signal = findSignal(code);
  return signal === undefined ? `ended with code ${code}` : `was killed by signal ${signal.number} (${signal.name})`;
}
