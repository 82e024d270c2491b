import type { RunEntry } from '../../model/run-head.ts';

/** How much of the history is kept; what is absent is no limit. */
export interface Retention {
  readonly runs?: number;
  readonly ageMs?: number;
  readonly bytes?: number;
}

/** A run as it counts here. */
export type MeasuredRun = RunEntry & { readonly startedMs: number; readonly bytes: number };

/**
 * Which runs have to go, the oldest last, of all of them, the newest first. Those that run stay, and the last one of each
 * playbook; one that cannot be read stays for a day, since it may just begin.
 */
export function chooseRunsToRemove(runs: readonly MeasuredRun[], keep: Retention, nowMs: number): MeasuredRun[] {
  const playbooks = new Set<string>();
  let bytes = 0;
  return runs.filter((run, index) => {
    bytes += run.bytes;
    const ageMs = nowMs - run.startedMs;
    if (isKept(run, ageMs, playbooks)) return false;
    const isTooMuch =
      index >= (keep.runs ?? Number.POSITIVE_INFINITY) ||
      ageMs > (keep.ageMs ?? Number.POSITIVE_INFINITY) ||
      bytes > (keep.bytes ?? Number.POSITIVE_INFINITY);
    if (isTooMuch) bytes -= run.bytes;
    return isTooMuch;
  });
}

/** Also notes the playbook: a list that begins with the newest comes to its last run first. */
function isKept(run: MeasuredRun, ageMs: number, playbooks: Set<string>): boolean {
  if (run.state === 'unreadable') return ageMs < dayMs;
  const isLast = !playbooks.has(run.head.playbookFile);
  playbooks.add(run.head.playbookFile);
  return isLast || run.state === 'running';
}

const dayMs = 86_400_000;
