import { type BinaryFacts, type PresentBinary, shortBuildId } from '../../model/binary.ts';
import { explainAbsence } from '../../model/explain-absence.ts';
import type { Finding } from '../../model/finding.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { BoundScript } from '../../playbook/playbook.ts';
import type { ProbedPath } from '../../script/read-probed-files.ts';
import { fileInstall } from '../packages/file-install.ts';
import type { ReadyTarget } from '../target.ts';
import { findStaleProcesses } from './stale-processes.ts';
import { fails, passes, type Remedy, warns } from './verdicts.ts';

type ProbingTarget = Pick<ReadyTarget, 'facts' | 'scripts' | 'probed' | 'binaries'>;

/**
 * Checks that each file for which a script has breakpoints is there and tells which build it is, and that no process runs another
 * build of it. One finding for each file that will not do; none where no script has such breakpoints.
 */
export function checkBinaries(target: ProbingTarget, staleProcesses: 'skip' | undefined): readonly Finding[] {
  const probed = probedFiles(target);
  if (probed.length === 0) return [];
  const flaws = probed.flatMap(one => findFlaw(one, target) ?? []);
  const present = probed.flatMap(({ facts }) => (facts?.state === 'present' ? [facts] : []));
  return [
    ...(flaws.length > 0 ? flaws : [passes('binaries', sayFiles(present))]),
    ...checkProcesses(present, target, staleProcesses),
  ];
}

interface Probed {
  readonly path: ProbedPath;
  readonly by: readonly BoundScript[];
  readonly facts: BinaryFacts | undefined;
}

/** Each file once, with the scripts that have breakpoints in it. */
function probedFiles({ scripts, probed, binaries = [] }: ProbingTarget): readonly Probed[] {
  const files = new Map<string, { path: ProbedPath; readonly by: BoundScript[] }>();
  for (const [index, bound] of scripts.entries()) {
    for (const path of probed[index]?.paths ?? []) {
      if (path.use !== 'breakpoints') continue;
      const known = files.get(path.path);
      if (known === undefined) files.set(path.path, { path, by: [bound] });
      else {
        known.by.push(bound);
        if (path.presence === 'certain') known.path = path;
      }
    }
  }
  return [...files.values()].map(one => ({ ...one, facts: binaries.find(({ path }) => path === one.path.path) }));
}

function sayFiles(present: readonly PresentBinary[]): string {
  if (present.length === 0) return 'it has none of the files that scripts may probe';
  return present.map(({ path, buildId }) => `${printableLine(path, 200)} ${shortBuildId(buildId)}`).join(', ');
}

/** Why a host cannot do with a file as it is; undefined where it can. */
function findFlaw(
  { path: { path: plain, presence }, by, facts }: Probed,
  { facts: host }: ProbingTarget,
): Finding | undefined {
  const probes = `${by.map(({ script }) => script.name).join(', ')} ${by.length === 1 ? 'probes' : 'probe'} it`;
  if (facts === undefined) {
    return fails('binaries', `it was not asked for ${printableLine(plain, 200)}, and ${probes}`, {
      cure: 'plan again',
    });
  }
  if (facts.state === 'present') return undefined;
  const isNone = /^(?:missing|not-a-file|not-elf)$/.test(facts.state);
  if (presence === 'possible' && isNone) return undefined;
  const { cause, cure } = explainAbsence({ path: plain, state: facts.state });
  const isElsewhere = facts.state === 'missing' || facts.state === 'not-a-file';
  return fails('binaries', `${cause}, and ${probes}`, {
    cure: isElsewhere ? whereElse(plain, by, fileInstall(host.os, plain)) : cure,
  });
}

/** How a missing file is found, or named otherwise. */
function whereElse(path: string, by: readonly BoundScript[], install: string | undefined): string {
  const isGiven = by.some(({ args }) => args.some(arg => arg === path || (arg.length > 1 && path.startsWith(arg))));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const look = /^[\w.+-]+$/.test(name) ? `see where it is (command -v ${name})` : 'see where it is';
  const own = isGiven
    ? 'give this host a value of its own for the path (host_vars)'
    : 'give the script the path as an argument (@1), with a value for this host (host_vars)';
  return `${install === undefined ? '' : `${install}; or `}${look} and ${own}`;
}

function checkProcesses(
  present: readonly PresentBinary[],
  target: ProbingTarget,
  staleProcesses: 'skip' | undefined,
): readonly Finding[] {
  const check = 'stale-processes';
  if (present.length === 0) return [];
  const stale = findStaleProcesses(target);
  if (stale !== undefined) {
    const remedy: Remedy = { cure: stale.cure };
    return [
      staleProcesses === 'skip'
        ? warns(check, `${stale.cause}; the play skips such a host`, remedy)
        : fails(check, stale.cause, remedy),
    ];
  }
  const unseen = present.find(({ unseenProcesses }) => unseenProcesses !== undefined)?.unseenProcesses;
  if (unseen === undefined) return [passes(check, 'no process runs another build of them')];
  return [warns(check, `not all processes were seen (${unseen}): they are looked for once more before a load`)];
}
