import { artifactKey, isIdentified } from '../../module/cache/artifact-key.ts';
import type { CanaryRecords } from '../../module/cache/canary-records.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import type { PlanInput } from '../../plan/plan-play.ts';
import type { Target } from '../../plan/target.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import type { SelectedPlay } from '../sources/select-plays.ts';
import { loadCanaryLookup } from './load-canary-lookup.ts';
import { kernelsOf } from './read-survey.ts';

/** Gathers what `planPlay` takes, once the hosts of a play have been probed. */
export async function planInputFor(
  {
    play,
    playBuilders,
    kernelBuilders,
    leftOut = [],
  }: Pick<SelectedPlay<PlannablePlay>, 'play' | 'playBuilders' | 'kernelBuilders' | 'leftOut'>,
  asked: {
    readonly targets: readonly Target[];
    readonly builders: readonly Builder[];
    readonly cached: ReadonlySet<string>;
    readonly canaries: CanaryRecords;
  },
): Promise<PlanInput> {
  const { targets, builders, cached, canaries } = asked;
  return {
    play,
    targets,
    leftOut,
    builders,
    playBuilders,
    kernelBuilders,
    locate: inputs => {
      const key = artifactKey(inputs);
      return { key, state: !isIdentified(inputs) ? 'not-kept' : cached.has(key) ? 'cached' : 'to-build' };
    },
    lookUpCanary: await loadCanaryLookup(builders, kernelsOf(targets), canaries),
  };
}
