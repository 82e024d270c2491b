import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Play } from './playbook.ts';

/** The values of the options that select scripts: names with commas between them. */
export interface ScriptSelection {
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  /** Those before it in the playbook are left out. */
  readonly startAtScript?: string;
}

/** The plays with their selected scripts, without plays that have none. */
export function selectScripts(
  plays: readonly Play[],
  { tags = [], skipTags = [], startAtScript }: ScriptSelection,
): Result<{ readonly plays: readonly Play[]; readonly warnings: readonly Diagnostic[] }, Diagnostic> {
  const all = plays.flatMap(play => play.scripts);
  const start = startAtScript === undefined ? 0 : all.findIndex(({ name }) => name === startAtScript);
  if (start === -1) {
    const guess = didYouMean(
      startAtScript ?? '',
      all.map(({ name }) => name),
    );
    const message = `no script is named "${startAtScript}" (--start-at-script)`;
    return err({
      severity: 'error',
      code: 'no-script-selected',
      message,
      ...(guess === undefined ? {} : { cure: guess }),
    });
  }
  const tried = new Set(all.slice(start));
  const only = splitNames(tags);
  const skip = splitNames(skipTags);
  const selected = plays.flatMap(play => {
    const scripts = play.scripts.filter(
      script =>
        tried.has(script) && isSelected([...play.tags, ...script.tags], only.length === 0 ? ['all'] : only, skip),
    );
    if (scripts.length === 0) return [];
    return [scripts.length === play.scripts.length ? play : { ...play, scripts }];
  });
  const known = new Set(plays.flatMap(play => [...play.tags, ...play.scripts.flatMap(script => script.tags)]));
  const warnings = [...only, ...skip]
    .filter(tag => !known.has(tag) && !special.has(tag))
    .map(tag => unknownTag(tag, known));
  if (selected.length > 0) return ok({ plays: selected, warnings });
  const cures = warnings.flatMap(({ cure }) => cure ?? []);
  return err({
    severity: 'error',
    code: 'no-script-selected',
    message: `no script is left by ${saySelection(only, skip)}`,
    cure: cures[0] ?? (known.size === 0 ? 'no script has a tag' : `there are: ${[...known].sort().join(', ')}`),
  });
}

/** Ansible's rules: `Taggable.evaluate_tags`. */
export function isSelected(own: readonly string[], only: readonly string[], skip: readonly string[]): boolean {
  const tags = new Set(own.length === 0 ? ['untagged'] : own);
  const isNamed = (names: readonly string[]): boolean => names.some(name => tags.has(name));
  const isTagged = own.length > 0;
  const isWanted =
    tags.has('always') ||
    isNamed(only) ||
    (!tags.has('never') && (only.includes('all') || (isTagged && only.includes('tagged'))));
  if (!isWanted) return false;
  if (skip.includes('all')) return tags.has('always') && !skip.includes('always');
  return !isNamed(skip) && !(isTagged && skip.includes('tagged'));
}

const special = new Set(['all', 'always', 'never', 'tagged', 'untagged']);

function splitNames(options: readonly string[]): readonly string[] {
  return options.flatMap(option => option.split(',').map(name => name.trim())).filter(name => name !== '');
}

function unknownTag(tag: string, known: ReadonlySet<string>): Diagnostic {
  const guess = didYouMean(tag, known);
  const message = `no play or script has the tag "${tag}"`;
  return { severity: 'warning', code: 'unknown-tag', message, ...(guess === undefined ? {} : { cure: guess }) };
}

function saySelection(only: readonly string[], skip: readonly string[]): string {
  const parts = [
    ...(only.length === 0 ? [] : [`--tags ${only.join(',')}`]),
    ...(skip.length === 0 ? [] : [`--skip-tags ${skip.join(',')}`]),
  ];
  return parts.length === 0 ? 'the tag "never": name one of its others with --tags' : parts.join(' ');
}
