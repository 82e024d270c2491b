import type { PlannedScript } from '../../model/plan.ts';

/** SystemTap's own buffer where `-b` does not say, in megabytes (runtime/transport/transport.c of 5.x). */
const usualBufferMb = 16;

/** The most that staprun takes. */
const largestBufferMb = 4095;

/**
 * What staprun's own words say of output that is not all there, counted, each in one line with what would mend it. The
 * texts are those of SystemTap's runtime and translator.
 */
export function describeLosses(errors: readonly string[], { bufferMb }: Pick<PlannedScript, 'bufferMb'>): string[] {
  const notes: string[] = [];
  const sum = (pattern: RegExp): number =>
    errors.reduce((total, line) => total + Number(pattern.exec(line)?.[1] ?? 0), 0);
  const mistakes = sum(/Number of errors: (\d+), skipped probes: \d+/);
  if (mistakes > 0) {
    notes.push(`${counted(mistakes, 'error')} in its probes: the output is incomplete; see what it printed`);
  }
  const skipped = sum(/Number of errors: \d+, skipped probes: (\d+)/);
  if (skipped > 0) notes.push(describeSkipped(skipped, errors));
  const failures = sum(/There (?:was|were) (\d+) transport failures?/);
  if (failures > 0) {
    const present = bufferMb ?? usualBufferMb;
    const more = Math.min(present * 2, largestBufferMb);
    const cure =
      present < largestBufferMb ? `set buffer_mb: ${more} (it was ${present}), or print less` : 'print less at once';
    notes.push(`${counted(failures, 'transport failure')}: output was lost; ${cure}`);
  }
  return notes;
}

function describeSkipped(skipped: number, errors: readonly string[]): string {
  const reasons = new Map<string, number>();
  for (const line of errors) {
    const [, reason, count] = /Skipped due to ([^:]{1,100}): (\d+)/.exec(line) ?? [];
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + Number(count));
  }
  const told = [...reasons].map(([reason, count]) => `${count} for ${reason}`).join(', ');
  const what = `${counted(skipped, 'skipped probe')}${told === '' ? '' : ` (${told})`}: the output is incomplete`;
  if (told !== '') return `${what}; probe fewer or rarer events, or do less in each`;
  return `${what}; SystemTap says why with stap_options: { defines: { STP_TIMING: 1 } }`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
