import type { PlaySource } from '../../engine/sources/play-source.ts';
import type { RunOptions } from './options/apply-options.ts';

/**
 * What narrows a run down beyond its playbook, as words of its command line; of extra variables only the names, since values
 * may be passwords. Two runs with other words are of different things, and nobody compares them.
 */
export function selectionWords(
  {
    limit,
    tags,
    skipTags,
    startAt,
    startAtScript,
  }: Pick<RunOptions, 'limit' | 'tags' | 'skipTags' | 'startAt' | 'startAtScript'>,
  source: PlaySource,
): readonly string[] {
  const given = (option: string, values: readonly string[] | string | undefined): readonly string[] =>
    (typeof values === 'string' ? [values] : (values ?? [])).flatMap(value => [option, value]);
  return [
    ...given('--limit', limit),
    ...given('--tags', tags),
    ...given('--skip-tags', skipTags),
    ...given('--start-at', startAt),
    ...given('--start-at-script', startAtScript),
    ...given('--extra-vars', source.kind === 'playbook' ? Object.keys(source.selected.extraVars).sort() : []),
  ];
}
