import type { PlaySource } from '../../engine/sources/play-source.ts';
import type { RunOptions } from './options/apply-options.ts';

/**
 * The options that narrow a run down, as words of its command line. Of extra variables only the names: values may be
 * passwords. Runs with different words are about different things and are not compared.
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
