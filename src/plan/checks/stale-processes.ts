import { type ForeignProcess, type PresentBinary, shortBuildId } from '../../model/binary.ts';
import type { Failure, LeftOut } from '../../model/outcome.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { ReadyTarget } from '../target.ts';

export type StaleProcesses = Required<Pick<Failure, 'cause' | 'cure'>>;

/** What becomes of a host with stale processes where the play skips such hosts. */
export function skipStale({ cause, cure }: StaleProcesses): Extract<LeftOut, { kind: 'skip' }> {
  return { kind: 'skip', reason: cause, cure };
}

/**
 * The processes that run another build of these files than is there now: a breakpoint at an offset of the one would damage the
 * other. Files that only the build looks into do not count. The cause names them; undefined where there are none.
 */
export function findStaleProcesses({
  probed,
  binaries = [],
}: Pick<ReadyTarget, 'probed' | 'binaries'>): StaleProcesses | undefined {
  const files = new Set(
    probed.flatMap(({ paths }) => paths.filter(({ use }) => use === 'breakpoints').map(({ path }) => path)),
  );
  const stale = binaries.flatMap(one =>
    one.state === 'present' && files.has(one.path) && hasStrangers(one) ? [one] : [],
  );
  if (stale.length === 0) return undefined;
  const all = stale.flatMap(({ strangers = [] }) => strangers);
  const restarted = all.find(({ why }) => why === 'deleted');
  const cures = [
    ...(restarted === undefined
      ? []
      : [`restart them: systemctl status ${restarted.pid} names their unit, systemctl restart UNIT restarts it`]),
    ...(all.some(({ why }) => why === 'other-root')
      ? [
          'those in a container or another root: stop them for as long, or have the play leave such hosts out (stale_processes: skip)',
        ]
      : []),
  ];
  return {
    cause: stale.map(sayStrangers).join('; '),
    cure: cures.length === 0 ? 'restart them' : cures.join('; '),
  };
}

function hasStrangers({ strangers = [], moreStrangers = 0 }: PresentBinary): boolean {
  return strangers.length + moreStrangers > 0;
}

/** `/usr/bin/db has build-id 8b14e0c1d2aa, and processes run another: db 812, 813 (459f1a03be77)` */
function sayStrangers({ path, buildId, strangers = [], moreStrangers = 0 }: PresentBinary): string {
  const kinds = new Map<string, ForeignProcess[]>();
  for (const one of strangers) {
    const key = JSON.stringify([one.name, one.buildId, one.why]);
    kinds.set(key, [...(kinds.get(key) ?? []), one]);
  }
  const some = [...kinds.values()].slice(0, mostKinds);
  const shown = some.reduce((sum, kind) => sum + Math.min(kind.length, mostPids), 0);
  const rest = strangers.length - shown + moreStrangers;
  const count = strangers.length + moreStrangers;
  const runs = count === 1 ? 'a process runs another' : `${count} processes run another`;
  const list = [...some.map(sayKind), ...(rest === 0 ? [] : [`${rest} more`])].join(', ');
  return `${printableLine(path, 200)} has build-id ${shortBuildId(buildId)}, and ${runs}: ${list}`;
}

const mostKinds = 3;
const mostPids = 5;

function sayKind(kind: readonly ForeignProcess[]): string {
  const [first] = kind;
  if (first === undefined) return '';
  const pids = kind.slice(0, mostPids).map(({ pid }) => pid);
  const which = first.buildId === undefined ? 'its build-id cannot be read' : shortBuildId(first.buildId);
  const where = first.why === 'deleted' ? 'begun before the file was replaced' : 'in another root or container';
  return `${printableLine(first.name, 64)} ${pids.join(', ')} (${which}, ${where})`;
}
