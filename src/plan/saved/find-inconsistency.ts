import type { ProbedBinary } from '../../model/binary.ts';
import type { HostName } from '../../model/ids.ts';
import type { PlannedHost, PlannedPlay } from '../../model/plan.ts';
import { printableLine } from '../../model/printable-text.ts';
import { connectionNames } from './connection-names.ts';
import type { PlayBasis, SavedPlan } from './saved-plan.ts';

/** Checks what the schema of a saved plan cannot: why its parts do not belong together; undefined where they do. */
export function findInconsistency({
  plan,
  basis,
  inventory,
}: Pick<SavedPlan, 'plan' | 'basis' | 'inventory'>): string | undefined {
  // Others could run a program on this machine.
  const odd = Object.keys(inventory.connectionVars).find(name => !connectionNames.has(name));
  if (odd !== undefined) return `${printableLine(odd, 100)} is no connection variable that a plan may have`;
  if (plan.plays.length !== basis.length) {
    return `it has ${plan.plays.length} plays, and ${basis.length} that they rest on`;
  }
  for (const [index, play] of plan.plays.entries()) {
    const based = basis[index];
    const gap = based === undefined ? undefined : findGapInPlay(play, based);
    if (gap !== undefined) return gap;
  }
  return undefined;
}

function findGapInPlay(play: PlannedPlay, basis: PlayBasis): string | undefined {
  const names = play.hosts.map(({ name }) => name);
  const running = play.hosts.filter(({ decision }) => decision.kind === 'run').map(({ name }) => name);
  for (const [what, list] of [
    ['hosts', names],
    ['builds', play.builds.map(({ id }) => id)],
    ['kernel groups', play.kernelGroups.map(({ id }) => id)],
  ] as const) {
    if (new Set<string>(list).size !== list.length) return `two of its ${what} have one name`;
  }
  if (!isSame(play.batches.flat(), running)) return 'its batches are not made up of the hosts that run something';
  const grouped = play.kernelGroups.flatMap(({ hosts }) => hosts);
  if (!isSame(grouped, running)) return 'its kernel groups are not made up of the hosts that run something';
  const based = new Map(basis.hosts.map(host => [host.name, host]));
  const scripts = new Set<string>(basis.scripts.map(({ name }) => name));
  for (const host of play.hosts) {
    if (host.decision.kind !== 'run') continue;
    if (based.get(host.name)?.facts === undefined) return `nothing says what ${host.name} was`;
    const gap = findGapInHost(host, play, { scripts, binaries: based.get(host.name)?.facts?.binaries ?? [] });
    if (gap !== undefined) return gap;
  }
  return undefined;
}

function findGapInHost(
  { name, kernelGroup, decision }: PlannedHost,
  { kernelGroups, builds }: PlannedPlay,
  { scripts, binaries }: { readonly scripts: ReadonlySet<string>; readonly binaries: readonly ProbedBinary[] },
): string | undefined {
  if (decision.kind !== 'run') return undefined;
  if (!kernelGroups.some(({ id, hosts }) => id === kernelGroup && hosts.includes(name))) {
    return `${name} is not in its kernel group`;
  }
  for (const { module, build: id } of decision.scripts) {
    if (!scripts.has(module)) return `there is no script ${module}`;
    const build = builds.find(other => other.id === id);
    if (build?.module !== module || build.kernelGroup !== kernelGroup || !build.hosts.includes(name)) {
      return `${id} is no build of ${module} for ${name}`;
    }
    for (const { path, buildId } of build.binaries ?? []) {
      if (!binaries.some(other => other.path === path && other.buildId === buildId)) {
        return `${id} is for another ${printableLine(path, 200)} than ${name} has`;
      }
    }
  }
  return undefined;
}

/** Whether both hold the same hosts, each once. */
function isSame(left: readonly HostName[], right: readonly HostName[]): boolean {
  const wanted = new Set(right);
  return left.length === wanted.size && new Set(left).size === left.length && left.every(name => wanted.has(name));
}
