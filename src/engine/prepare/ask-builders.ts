import type { Host } from '../../model/host.ts';
import type { KernelRelease } from '../../model/ids.ts';
import type { KeptFacts } from '../../module/cache/kept-facts.ts';
import type { Builder } from '../../plan/builds/choose-build-host.ts';
import type { PlannablePlay } from '../../playbook/playbook.ts';
import { type SurveyOptions, surveyBuildHosts } from '../fleet/survey.ts';
import type { SelectedPlay } from '../sources/select-plays.ts';
import { buildQuestionsOf } from './read-survey.ts';

/** What the build hosts of one play say of kernels. */
export interface BuilderQuestions {
  /** Asks them, unless they have been asked for all of these releases. Who does not answer again is as it was before. */
  ask(releases: readonly KernelRelease[]): Promise<readonly Builder[]>;
  /** What they said, if they have been asked for all of these. */
  said(releases: readonly KernelRelease[]): readonly Builder[] | undefined;
}

export function createBuilderQuestions(
  selected: Pick<SelectedPlay<PlannablePlay>, 'play' | 'scripts' | 'builders'>,
  context: Omit<SurveyOptions, 'onLate'> & { readonly kept: KeptFacts },
): BuilderQuestions {
  const { play, builders } = selected;
  const { kept } = context;
  let asked: ReadonlySet<KernelRelease> | undefined;
  let answers: readonly Builder[] = [];
  const said = (releases: readonly KernelRelease[]): readonly Builder[] | undefined =>
    asked !== undefined && releases.every(release => asked?.has(release)) ? answers : undefined;
  return {
    said,
    async ask(releases) {
      const known = said(releases);
      if (known !== undefined) return known;
      const fresh = await surveyBuildHosts(builders, buildQuestionsOf(selected, releases), {
        ...context,
        retry: play.retry,
        keep: (host: Host, answer) => kept.keep(host, releases, answer),
      });
      // It may just be busy with the builds of the hosts that answered first.
      const before = new Map(answers.map(answer => [answer.host.name, answer]));
      answers = fresh.map(answer => {
        const earlier = before.get(answer.host.name);
        return answer.kind !== 'ready' && earlier?.kind === 'ready' ? earlier : answer;
      });
      asked = new Set(releases);
      return answers;
    },
  };
}
