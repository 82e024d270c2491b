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
  const how = code < 0 ? 'its supervisor there was killed' : `staprun ended ${describeCode(code)}`;
  const what = signs.hasEnded ? 'its last output' : 'what its end probes print';
  return `${how}: ${what} may be missing`;
}

const neverArmed = 'it was stopped before its probes were armed: it traced nothing';

/** A shell's code for a program that a signal has ended is 128 and the signal's number. */
function describeCode(code: number): string {
  const signal = { 129: 'HUP', 130: 'INT', 137: 'KILL', 143: 'TERM' }[code];
  return signal === undefined ? `with code ${code}` : `by ${signal}`;
}
