import type { PlannedScript } from '../../model/plan.ts';
import { printableLine } from '../../model/printable-text.ts';

/** SystemTap's default for `-b`, in megabytes (runtime/transport/transport.c of 5.x). */
const defaultBufferMb = 16;

/** The most that staprun accepts, in megabytes. */
const largestBufferMb = 4095;

/**
 * Finds in staprun's messages why output is incomplete: one line for each kind, with its count and the remedy. The texts
 * are those of SystemTap's runtime and translator.
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
    const present = bufferMb ?? defaultBufferMb;
    const more = Math.min(present * 2, largestBufferMb);
    const cure =
      present < largestBufferMb ? `set buffer_mb: ${more} (it was ${present}), or print less` : 'print less at once';
    notes.push(`${counted(failures, 'transport failure')}: output was lost; ${cure}`);
  }
  const without = findWithoutUnwind(errors);
  if (without.length > 0) {
    const cure = 'name it in unwind, a program or a library by its path';
    notes.push(`backtraces end in ${listSome(without)}, of which the module has no unwind data; ${cure}`);
  }
  return notes;
}

/** More of them than tell anything are counted. */
function listSome(names: readonly string[]): string {
  const more = names.length - 10;
  return more > 0 ? `${names.slice(0, 10).join(', ')} and ${more} more` : names.join(', ');
}

/** The names are those of files without their folders (`unwind` in runtime/unwind.c). */
function findWithoutUnwind(errors: readonly string[]): readonly string[] {
  const names = errors.flatMap(
    line => /Missing unwind data for a module, rerun with 'stap -d ([^']+)'/.exec(line)?.[1] ?? [],
  );
  return [...new Set(names)].map(name =>
    name.startsWith('(') ? 'a program that is not known' : printableLine(name, 100),
  );
}

function describeSkipped(skipped: number, errors: readonly string[]): string {
  const reasons = new Map<string, number>();
  for (const line of errors) {
    const [, written, count] = /Skipped due to (.{1,400}): (\d+)$/.exec(line) ?? [];
    if (written === undefined) continue;
    // Each probe has a line of its own for what the kernel missed: kernel.function("vfs_read@fs/read_write.c:450").return
    const reason = written.replace(/^(missed k(?:ret)?probe)\b.*$/, '$1');
    reasons.set(reason, (reasons.get(reason) ?? 0) + Number(count));
  }
  const why = [...reasons].map(([reason, count]) => `${count} for ${reason}`).join(', ');
  const what = `${counted(skipped, 'skipped probe')}${why === '' ? '' : ` (${why})`}: the output is incomplete`;
  if (why !== '') {
    const more = limits.flatMap(({ reason, cure }) =>
      [...reasons.keys()].some(one => reason.test(one)) ? [cure] : [],
    );
    return [`${what}; probe fewer or rarer events, or do less in each`, ...more].join('; ');
  }
  return `${what}; SystemTap says why with stap_options: { defines: { STP_TIMING: 1 } }`;
}

/** What more can be allowed (runtime/linux/kprobes.c, runtime_defines.h). */
const limits: readonly { readonly reason: RegExp; readonly cure: string }[] = [
  {
    reason: /lock timeout$/,
    cure: 'stap_options: { defines: { MAXTRYLOCK: 1000 } } waits ten times as long for a global',
  },
  {
    reason: /^missed kretprobe$/,
    cure: 'stap_options: { defines: { KRETACTIVE: 1000 } }, or .maxactive(1000) behind .return, follows more calls at once',
  },
];

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
