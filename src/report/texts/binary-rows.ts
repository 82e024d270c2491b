import { type ProbedBinary, shortBuildId } from '../../model/binary.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { ElfBuildId } from '../../model/ids.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import { wrapText } from '../layout/wrap-text.ts';

/**
 * Below a build: the binaries that it is for, and, where hosts with the same kernel have another build of one of them, which hosts
 * those are: `for db[01-17]: /usr/bin/db 459f1a03be77 (db18 has 8b14e0c1d2aa)`. `builds`: all of the play.
 */
export function binaryRows(build: PlannedBuild, builds: readonly PlannedBuild[], columns: number): readonly string[] {
  const same = builds.filter(
    ({ module, kernelGroup, args }) =>
      module === build.module &&
      kernelGroup === build.kernelGroup &&
      JSON.stringify(args) === JSON.stringify(build.args),
  );
  const { binaries = [], unsureBinaries = [] } = build;
  const paths = [...new Set(same.flatMap(other => (other.binaries ?? []).map(({ path }) => path)))].sort();
  const rows = paths.map(path => {
    const own = binaries.find(binary => binary.path === path);
    return [
      printableText(path),
      own === undefined ? 'missing' : shortBuildId(own.buildId),
      ...sayOthers(path, own, same),
    ].join(' ');
  });
  const isSplit = same.length > 1 && paths.length > 0;
  const hosts = isSplit ? `for ${foldHostsWithin(build.hosts, Math.max(20, columns - 70))}: ` : 'for ';
  const [first, ...others] = rows;
  // They are the same for each build of a script.
  const unsure =
    same[0] === build ? unsureBinaries.map(({ text, why }) => `${printableText(text)} ${printableText(why)}`) : [];
  return [
    ...(first === undefined ? [] : [`${hosts}${first}`, ...others.map(row => `and ${row}`)]),
    ...(unsure.length === 0
      ? []
      : [...unsure, 'only the build shows these files; each host is compared with them before a load']),
  ].flatMap(row => wrapText(row, columns - 2).map(line => `  ${line}`));
}

/** What the hosts of the script's other builds have at a path; empty where they have the same. */
function sayOthers(path: string, own: ProbedBinary | undefined, same: readonly PlannedBuild[]): readonly string[] {
  const hosts = new Map<ElfBuildId | undefined, string[]>();
  for (const other of same) {
    const there = other.binaries?.find(binary => binary.path === path)?.buildId;
    if (there !== own?.buildId) hosts.set(there, [...(hosts.get(there) ?? []), ...other.hosts]);
  }
  if (hosts.size === 0) return [];
  const kinds = [...hosts].map(([buildId, names]) => {
    const who = names.length <= 2 ? foldHostsWithin(names, 40) : `${names.length} others`;
    const verb = names.length === 1 ? 'has' : 'have';
    return `${who} ${verb} ${buildId === undefined ? 'none' : shortBuildId(buildId)}`;
  });
  if (kinds.length <= 3) return [`(${kinds.join(', ')})`];
  const count = [...hosts.values()].reduce((sum, names) => sum + names.length, 0);
  return [`(${count} others have ${countOf(hosts.size, 'other build')} of it)`];
}
