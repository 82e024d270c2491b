import type { BuildQuestions } from '../../facts/probe-host.ts';
import type { HostName, KernelRelease } from '../../model/ids.ts';
import type { Kernel } from '../../model/kernel.ts';
import { type ScriptNeeds, unknownNeeds } from '../../model/script-needs.ts';
import type { Target } from '../../plan/target.ts';
import type { PlannablePlay, PlannableScript } from '../../playbook/playbook.ts';
import type { ProbedFiles } from '../../script/read-probed-files.ts';
import { readScriptNeeds } from '../../script/read-script-needs.ts';
import type { Surveyed } from '../fleet/survey.ts';
import type { SelectedPlay } from '../sources/select-plays.ts';
import { probedFilesOf, probedPathsOf } from './probed-files-of.ts';

/** The hosts with the scripts that are for each of them, and with what those need. */
export function targetsOf(
  surveyed: readonly Surveyed[],
  { play, scripts }: Pick<SelectedPlay, 'scripts'> & { readonly play: Pick<PlannablePlay, 'kernels'> },
): readonly Target[] {
  // Each script is looked at once for the same arguments, however many hosts run it.
  const known = new Map<ProbedFiles, ScriptNeeds>();
  const needsOf = (script: PlannableScript, probed: ProbedFiles): ScriptNeeds => {
    if (script.unknown?.includes('source')) return unknownNeeds;
    const needs = known.get(probed) ?? readScriptNeeds(script.source.text, probed);
    known.set(probed, needs);
    return needs;
  };
  return surveyed.map(one => {
    if (one.kind !== 'ready') return one;
    const own = scripts.get(one.host.name) ?? [];
    const probed = own.map(bound => probedFilesOf(bound, play));
    const needs = own.map(({ script }, index) => needsOf(script, probed[index] as ProbedFiles));
    return { ...one, scripts: own, probed, needs: own.length === 0 ? [unknownNeeds] : needs };
  });
}

/** Where each host that could be probed takes uploads. */
export function uploadDirectoriesOf(surveyed: readonly Surveyed[]): ReadonlyMap<HostName, string> {
  return new Map(
    surveyed.flatMap(one => (one.kind === 'ready' ? [[one.host.name, one.facts.uploadDirectory] as const] : [])),
  );
}

/** The kernels of the targets that could be probed. */
export function kernelsOf(surveyed: readonly Surveyed[]): readonly Kernel[] {
  return surveyed.flatMap(one => (one.kind === 'ready' ? [one.facts.kernel] : []));
}

/** Each release once, sorted: build hosts are asked for the trees of these. */
export function releasesOf(kernels: readonly Kernel[]): readonly KernelRelease[] {
  return [...new Set(kernels.map(({ release }) => release))].sort();
}

/** What the build hosts of a play are asked, whose targets have these kernels. */
export function buildQuestionsOf(
  { play, scripts }: Pick<SelectedPlay, 'scripts'> & { readonly play: Pick<PlannablePlay, 'sign' | 'kernels'> },
  releases: readonly KernelRelease[],
): BuildQuestions {
  const pathsOf = probedPathsOf({ play, scripts });
  const probedPaths = [...new Set([...scripts.keys()].flatMap(pathsOf))].sort();
  return { releases, signingKeys: signingKeysOf(play), probedPaths };
}

/** The signing keys that lie in files of a build host. */
function signingKeysOf({ sign, kernels }: Pick<PlannablePlay, 'sign' | 'kernels'>): readonly string[] {
  const keys = [sign, ...kernels.map(kernel => kernel.sign)].flatMap(one => (one === undefined ? [] : [one.key]));
  return [...new Set(keys.filter(key => key.startsWith('/')))].sort();
}
