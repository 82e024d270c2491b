import type { Diagnostic } from '../model/diagnostic.ts';
import { sanitiseText } from '../report/sanitise-text.ts';
import type { PlaySource } from './play-source.ts';
import type { Provenance } from './provenance.ts';

/** The files that decide what a run does, but for variables beside them. */
export function filesOf({ playbook, plan, sources, selected }: PlaySource): readonly string[] {
  const scripts = selected?.plays.flatMap(({ play }) => play.scripts.map(({ source }) => source.path)) ?? [];
  const own = plan === undefined ? [playbook] : [plan.path];
  return [...own, ...scripts, ...sources.filter(source => !source.includes(','))];
}

/** What speaks against a run that is to be as it was committed. */
export function whyNotClean({ repositories, outside }: Provenance): readonly Diagnostic[] {
  const told: Diagnostic[] = repositories
    .filter(({ dirtyCount }) => dirtyCount > 0)
    .map(({ root, dirty, dirtyCount }) => ({
      severity: 'error',
      code: 'not-clean',
      message: sanitiseText(`not as committed in ${root}: ${nameSome(dirty, dirtyCount)}`),
      cure: 'commit these files, or leave out --require-clean',
    }));
  if (outside.length > 0) {
    const message = sanitiseText(`git knows nothing of ${nameSome(outside.slice(0, 5), outside.length)}`);
    told.push({
      severity: 'error',
      code: 'not-clean',
      message,
      cure: 'see what git status says there, or leave out --require-clean',
    });
  }
  return told;
}

function nameSome(names: readonly string[], count: number): string {
  return `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`;
}
