import { type ProbedBinary, shortBuildId } from '../../model/binary.ts';
import { foldHostsWithin } from '../../model/fold-hosts.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { printableText } from '../../model/printable-text.ts';
import { countOf } from '../layout/amounts.ts';
import { displayWidth } from '../layout/display-width.ts';
import { wrapText } from '../layout/wrap-text.ts';

/**
 * Below a build: the binaries that it is for, and, where hosts with the same kernel have another build of one of them, which hosts
 * those are: `for db[01-17]: /usr/bin/db 459f1a03be77 (db18 has 8b14e0c1d2aa)`. `builds`: all of the play.
 */
export function binaryRows(build: PlannedBuild, builds: readonly PlannedBuild[], columns: number): readonly string[] {
  const siblings = builds.filter(
    ({ module, kernelGroup }) => module === build.module && kernelGroup === build.kernelGroup,
  );
  const same = siblings.filter(({ args }) => JSON.stringify(args) === JSON.stringify(build.args));
  const paths = [...new Set(same.flatMap(({ binaries = [] }) => binaries.map(({ path }) => path)))].sort();
  const who = siblings.length > 1 ? `for ${foldHostsWithin(build.hosts, Math.max(20, columns - 70))}: ` : 'for ';
  const rows = paths.flatMap((path, index) => {
    const say = sayer(path, same);
    const row = `${index === 0 ? who : 'and '}${printableText(path)} ${say(build)}`;
    const others = sayOthers(build, same, say);
    if (others === '') return wrapText(row, columns - 2);
    const isWide = displayWidth(`${row} ${others}`) > columns - 2;
    const lines = isWide ? [row, `  ${others}`] : [`${row} ${others}`];
    return lines.flatMap(line => wrapText(line, columns - 2));
  });
  // They are the same for each build of a script.
  const unsure = (same[0] === build ? (build.unsureBinaries ?? []) : []).flatMap(({ text, why }) =>
    wrapText(`${printableText(text)} ${printableText(why)}`, columns - 2),
  );
  const later = 'which files these are only the build shows; hosts are compared with them before a load';
  return [...rows, ...unsure, ...(unsure.length === 0 ? [] : wrapText(later, columns - 2))].map(row => `  ${row}`);
}

/** How what a build is for at a path is told: by its build-id; where links differ, too, also by where they lead. */
function sayer(path: string, same: readonly PlannedBuild[]): (build: PlannedBuild) => string {
  const of = ({ binaries = [] }: PlannedBuild): ProbedBinary | undefined => binaries.find(one => one.path === path);
  const places = new Set(same.flatMap(build => of(build) ?? []).map(({ realPath = path }) => realPath));
  return build => {
    const binary = of(build);
    if (binary === undefined) return 'missing';
    const { buildId, realPath = path } = binary;
    return `${shortBuildId(buildId)}${places.size === 1 ? '' : ` at ${printableText(realPath)}`}`;
  };
}

/** What the hosts of the script's other builds have instead; empty where they have the same. */
function sayOthers(build: PlannedBuild, same: readonly PlannedBuild[], say: (build: PlannedBuild) => string): string {
  const own = say(build);
  const hosts = new Map<string, string[]>();
  for (const other of same) {
    const there = say(other);
    if (there !== own) hosts.set(there, [...(hosts.get(there) ?? []), ...other.hosts]);
  }
  if (hosts.size === 0) return '';
  const count = [...hosts.values()].reduce((sum, names) => sum + names.length, 0);
  if (hosts.size > mostKinds) return `(${count} others have ${countOf(hosts.size, 'other build')} of it)`;
  const kinds = [...hosts].map(([there, names]) => {
    const who = names.length <= 2 ? foldHostsWithin(names, 40) : `${names.length} others`;
    const verb = names.length === 1 ? 'has' : 'have';
    return `${who} ${verb} ${there === 'missing' ? 'none' : there}`;
  });
  return `(${kinds.join(', ')})`;
}

const mostKinds = 2;
